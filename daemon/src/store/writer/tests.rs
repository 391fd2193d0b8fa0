//! What the schema and its steps promise.

use super::*;

fn database() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    (folder, path)
}

#[test]
fn a_newer_schema_and_a_foreign_database_are_refused_with_a_reason() {
    let (_folder, path) = database();
    connect(&path).expect("a new database").pragma_update(None, "user_version", 999).expect("a pragma");
    let error = format!("{:#}", connect(&path).expect_err("a newer schema"));
    assert!(error.contains("newer Parcelwatch (schema 999"), "{error}");
    let (_folder, path) = database();
    let foreign = Connection::open(&path).expect("a database");
    foreign.pragma_update(None, "user_version", 1).expect("a pragma");
    let error = format!("{:#}", connect(&path).expect_err("a foreign database"));
    assert!(error.contains("another program's database"), "{error}");
}

#[test]
fn lines_that_old_entries_showed_are_gone_from_the_file() {
    let (_folder, path) = database();
    let old = Connection::open(&path).expect("a new database");
    for step in &MIGRATIONS[..7] {
        old.execute_batch(step).expect("a step that was released");
    }
    old.pragma_update(None, "application_id", APPLICATION_ID).expect("a pragma");
    old.pragma_update(None, "user_version", 7).expect("a pragma");
    let lines = format!("<p>config.toml has 1 fault</p><pre>{}</pre>", "api_kee = s3cret\n".repeat(300));
    old.execute(
        "INSERT INTO entries (id, key, kind, importance, title, html, path, author, categories, published_ms)
         VALUES ('x', 'config-bad:1', 'config', 1, 'config.toml has 1 fault', ?1, 'system', 'Parcelwatch', '[]', 1)",
        [lines],
    )
    .expect("a row");
    old.execute_batch(
        "INSERT INTO notices VALUES ('config', 'error', 'config.toml has 1 fault', 'api_kee = s3cret', 1);
         INSERT INTO meta VALUES ('config', '{\"faults\":[\"s3cret\"],\"warnings\":[],\"parcels\":3}');",
    )
    .expect("rows");
    drop(old);
    let new = connect(&path).expect("it is upgraded");
    let text = |sql: &str| new.query_row(sql, [], |row| row.get::<_, String>(0)).expect("a row");
    let entry =
        "<p>config.toml has 1 fault</p><p>The lines were taken out of this entry: they showed their values.</p>";
    assert_eq!(text("SELECT html FROM entries WHERE id = 'x' AND published_ms = 1"), entry);
    assert_eq!(text("SELECT detail FROM notices"), "");
    assert_eq!(text("SELECT value FROM meta WHERE name = 'config'"), r#"{"faults":[],"warnings":[],"parcels":3}"#);
    assert_eq!(text("SELECT value FROM meta WHERE name = 'keys_were_shown'"), "1");
    let bytes = std::fs::read(&path).expect("the database");
    assert!(!bytes.windows(6).any(|window| window == b"s3cret"), "free space keeps nothing");
}

/// Values that a migration changes on purpose: table, column, and what SQL calls the rows. Everything else stays.
const CHANGED: &[(&str, &str, &str)] = &[
    ("entries", "html", "kind = 'config'"),
    ("notices", "detail", "key = 'config'"),
    ("meta", "value", "name = 'config'"),
    ("outbox", "attempts", "true"),
];

/// Rows that a migration adds on purpose: table, and what SQL calls them.
const ADDED: &[(&str, &str)] = &[("meta", "name = 'keys_were_shown'")];

/// Every row of every table with the columns it has in `schema`, and what is changed on purpose left out.
fn rows(connection: &Connection, schema: &[(String, Vec<String>)]) -> Vec<(String, Vec<Vec<rusqlite::types::Value>>)> {
    let table = |(table, columns): &(String, Vec<String>)| {
        let column = |column: &String| match CHANGED.iter().find(|changed| (changed.0, changed.1) == (table, column)) {
            Some((.., rows)) => format!("CASE WHEN {rows} THEN NULL ELSE {column} END"),
            None => column.clone(),
        };
        let list: Vec<String> = columns.iter().map(column).collect();
        let order: Vec<String> = (1..=columns.len()).map(|place| place.to_string()).collect();
        let added = ADDED.iter().find(|(known, _)| known == table).map_or("false", |(_, rows)| rows);
        let (list, order) = (list.join(", "), order.join(", "));
        let sql = format!("SELECT {list} FROM {table} WHERE NOT ({added}) ORDER BY {order}");
        let mut query = connection.prepare(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let read = query.query_map([], |row| (0..columns.len()).map(|place| row.get(place)).collect());
        let rows = read.and_then(Iterator::collect).unwrap_or_else(|error| panic!("{sql}: {error}"));
        (table.clone(), rows)
    };
    schema.iter().map(table).collect()
}

fn schema(connection: &Connection) -> Vec<(String, Vec<String>)> {
    let sql = "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
               WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid";
    let mut query = connection.prepare(sql).expect("a query");
    let columns = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("a query");
    let mut schema: Vec<(String, Vec<String>)> = Vec::new();
    for column in columns {
        let (table, column): (String, String) = column.expect("a row");
        match schema.last_mut().filter(|(last, _)| *last == table) {
            Some((_, columns)) => columns.push(column),
            None => schema.push((table, vec![column])),
        }
    }
    schema
}

#[test]
fn migrations_leave_the_rows_of_every_past_as_they_are() {
    let pasts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let mut seen = 0;
    for past in std::fs::read_dir(&pasts).expect("the folder of the pasts") {
        let kept = past.expect("a folder entry").path().join("parcelwatch.db");
        if !kept.is_file() {
            continue;
        }
        seen += 1;
        let (_folder, path) = database();
        std::fs::copy(&kept, &path).expect("our folder");
        let before = Connection::open(&path).expect("a database");
        let schema = schema(&before);
        let rows_before = rows(&before, &schema);
        assert!(rows_before.iter().all(|(_, rows)| !rows.is_empty()), "{}: no table is empty", kept.display());
        drop(before);
        let after = connect(&path).unwrap_or_else(|error| panic!("{}: {error:#}", kept.display()));
        for (before, after) in rows_before.iter().zip(rows(&after, &schema)) {
            assert_eq!(*before, after, "{}", kept.display());
        }
        let broken: i64 =
            after.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).expect("a count");
        let sound: String = after.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a word");
        assert_eq!((broken, sound.as_str()), (0, "ok"), "{}", kept.display());
    }
    assert!(seen > 0, "no past lies in {}", pasts.display());
}

#[tokio::test]
async fn a_change_that_fails_takes_nothing_along() {
    let (_folder, path) = database();
    let store = crate::store::Store::open(&path, crate::clock::Clock::system()).expect("a store");
    let set = |name: &'static str| {
        store.write(move |tx| {
            tx.set_meta(name, "1")?;
            if name == "bad" { Err(StoreError::Corrupt("on purpose".into())) } else { Ok(()) }
        })
    };
    let (good, bad, other) = tokio::join!(set("good"), set("bad"), set("other"));
    assert!(good.is_ok() && other.is_ok() && bad.is_err());
    let kept = store.read(|view| Ok((view.meta("good")?, view.meta("bad")?, view.meta("other")?))).await;
    assert_eq!(kept.expect("a row"), (Some("1".into()), None, Some("1".into())));
}

#[test]
fn a_history_damaged_in_a_crash_is_refused_each_time_and_left_as_it_is() {
    let (_folder, path) = database();
    drop(connect(&path).expect("a new database"));
    let page: u32 = {
        let connection = Connection::open(&path).expect("a database");
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'outbox'";
        connection.query_row(sql, [], |row| row.get(0)).expect("a table")
    };
    // A crash leaves the log; what is damaged is not in it.
    let cut_off = connect(&path).expect("a database");
    cut_off.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')", []).expect("a row");
    let log = crate::store::log_of(&path);
    let (kept, mut bytes) = (std::fs::read(&log).expect("a log"), std::fs::read(&path).expect("a file"));
    drop(cut_off);
    let page = page as usize;
    bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
    std::fs::write(&path, &bytes).and_then(|()| std::fs::write(&log, &kept)).expect("the folder is ours");
    for attempt in 1..=3 {
        let refused = format!("{:#}", connect(&path).expect_err("it is damaged"));
        assert!(refused.contains("damaged") && refused.contains("parcelwatch restore"), "attempt {attempt}: {refused}");
        assert!(std::fs::read(&path).expect("a file") == bytes, "attempt {attempt} wrote to the file");
        assert!(std::fs::read(&log).expect("a log") == kept, "attempt {attempt} wrote to the log");
    }
}
