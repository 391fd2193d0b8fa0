//! The tables of codes of all plugins in the repository: each code once, and under a status.

use std::path::Path;

use parcelwatch_plugin::code_table::CodeTable;

fn visit(folder: &Path, tables: &mut usize, faults: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, tables, faults);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            let text: &'static str = std::fs::read_to_string(&path).expect("a text").leak();
            *tables += 1;
            faults.extend(CodeTable::new(text).faults().iter().map(|fault| format!("{}: {fault}", path.display())));
        }
    }
}

#[test]
fn every_code_stands_once_and_under_a_status() {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let (mut tables, mut faults) = (0, Vec::new());
    let folders = std::fs::read_dir(&plugins).expect("the plugins").map(|entry| entry.expect("an entry").path());
    for folder in
        folders.flat_map(|plugin| [plugin.join("src"), plugin.join("unified/src")]).filter(|path| path.is_dir())
    {
        visit(&folder, &mut tables, &mut faults);
    }
    assert!(tables >= 40, "{tables} tables were found");
    assert_eq!(faults, Vec::<String>::new());
}
