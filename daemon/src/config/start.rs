//! What a start runs on: the config as it is written; where it has faults the last one that was good; and where none was, what
//! can be read of it. A reload never comes here: it has a version in force.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::access::Access;
use super::channels::ChannelKind;
use super::fault::Fault;
use super::mentions::Mentions;
use super::read::{self, Checked, Rejected, SourceFile, load, parse};
use super::root::Config;
use crate::files;

/// What runs where there is no config: a demo parcel, and everything else as it comes.
pub const EMBEDDED: &str = include_str!("embedded.toml");

/// What is put into force at a start, and why not the file as it stands.
#[derive(Clone, Debug)]
pub struct Start {
    pub config: Config,
    pub basis: Basis,
    pub faults: Vec<Fault>,
    pub warnings: Vec<Fault>,
    /// Where it names carriers, for whoever knows those that are there.
    pub mentions: Mentions,
    /// The files as they were read; none where they have faults.
    pub sources: Vec<SourceFile>,
    /// Whether all that is wrong is that other machines would be served without a password.
    pub is_exposed: bool,
}

/// Where the config in force comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The file as it stood when it was taken.
    File,
    /// The copy of the last good version.
    LastGood,
    /// What could be read of a file with faults, when there was nothing better.
    Remains,
}

impl Basis {
    /// What is in force while the file has faults.
    pub const fn words(self) -> &'static str {
        match self {
            Self::File => "the former version stays in force",
            Self::LastGood => "the last good version is in force",
            Self::Remains => "what could be read of it is in force",
        }
    }
}

/// Chooses what a start runs on; without a path the built-in config. The error is that of a file of which nothing can be read,
/// and that never was good.
pub fn start(path: Option<&Path>, last_good: Option<&LastGood>, kinds: &[ChannelKind]) -> Result<Start, Fault> {
    let read = match path {
        Some(path) => load(path, kinds),
        None => parse(EMBEDDED, kinds),
    };
    let rejected = match read {
        Ok(Checked { config, warnings, mentions, sources }) => {
            let (basis, faults) = (Basis::File, Vec::new());
            return Ok(Start { config, basis, faults, warnings, mentions, sources, is_exposed: false });
        }
        Err(rejected) => rejected,
    };
    let faulty = |config, basis| Start {
        config,
        basis,
        faults: rejected.faults.clone(),
        warnings: Vec::new(),
        mentions: Mentions::default(),
        sources: Vec::new(),
        is_exposed: false,
    };
    if let Some(former) = path.and_then(|path| last_good?.read(path, kinds)) {
        return Ok(faulty(former, Basis::LastGood));
    }
    match rejected.rest {
        Some(rest) => {
            // An address of that kind is a fault of its own, so the only one is that.
            let is_open = rest.access == Access::Everybody && !rest.listen.ip().is_loopback();
            let is_exposed = is_open && rejected.faults.len() == 1;
            Ok(Start { is_exposed, ..faulty(narrowed(*rest), Basis::Remains) })
        }
        None => Err(rejected.faults.into_iter().next().expect("what is rejected has a fault")),
    }
}

/// A file with faults may have lost its password to one of them. So what remains of it is served to this machine alone, and where
/// it was meant for others, to nobody.
fn narrowed(mut config: Config) -> Config {
    let is_meant_for_others =
        config.public_url.is_some() || !config.allowed_hosts.is_empty() || !config.listen.ip().is_loopback();
    if is_meant_for_others && config.access == Access::Everybody {
        config.access = Access::Nobody;
    }
    if !config.listen.ip().is_loopback() {
        config.listen.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    config
}

/// Where copies of good configs are kept: a folder that is found without any config, since it is needed when none can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastGood {
    folder: PathBuf,
    /// Where copies were kept by a daemon that was started in another way: by hand, and now by systemd.
    former: Vec<PathBuf>,
}

/// One copy: the main file first, then those it includes, in their order.
#[derive(Deserialize, Serialize)]
struct Kept {
    files: Vec<SourceFile>,
}

impl LastGood {
    /// Copies are written to the first folder, and read from the first that has one.
    pub fn new(folder: PathBuf, former: Vec<PathBuf>) -> Self {
        Self { folder, former }
    }

    /// The copy of the config at a path, wherever there is one; else where it will be.
    pub fn file(&self, config: &Path) -> PathBuf {
        let name = Self::name(config);
        let folders = std::iter::once(&self.folder).chain(&self.former);
        let found = folders.map(|folder| folder.join(&name)).find(|file| file.is_file());
        found.unwrap_or_else(|| self.folder.join(&name))
    }

    fn name(config: &Path) -> String {
        use sha2::Digest as _;
        let path = std::path::absolute(config).unwrap_or_else(|_| config.to_owned());
        let digest = sha2::Sha256::digest(path.as_os_str().as_encoded_bytes());
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("{name}.json")
    }

    /// Keeps a config that is good; readable for its owner only, as secrets may stand in it.
    pub fn keep(&self, config: &Path, sources: &[SourceFile]) -> anyhow::Result<()> {
        let file = self.folder.join(Self::name(config));
        if file.is_file() && self.sources(config).is_some_and(|kept| kept == sources) {
            return Ok(());
        }
        files::private_folder(&self.folder)?;
        let kept = serde_json::to_vec(&Kept { files: sources.to_vec() }).expect("texts serialize");
        files::replace_private(&file, &kept).with_context(|| format!("cannot write {}", file.display()))
    }

    fn sources(&self, config: &Path) -> Option<Vec<SourceFile>> {
        let kept: Kept = serde_json::from_slice(&std::fs::read(self.file(config)).ok()?).ok()?;
        Some(kept.files)
    }

    /// The config as it was kept. Secrets in files of their own are read anew: where one cannot be, all else holds.
    fn read(&self, config: &Path, kinds: &[ChannelKind]) -> Option<Config> {
        match read::kept(config, self.sources(config)?, kinds) {
            Ok(checked) => Some(checked.config),
            Err(Rejected { rest, .. }) => rest.map(|config| *config),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::KINDS;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            Self(tempfile::tempdir().expect("a temporary folder"))
        }

        fn config(&self) -> PathBuf {
            self.0.path().join("config.toml")
        }

        fn last_good(&self) -> LastGood {
            LastGood::new(self.0.path().join("kept"), vec![self.0.path().join("former")])
        }

        fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
            let path = self.0.path().join(name);
            std::fs::write(&path, bytes).expect("our folder");
            path
        }

        fn keep(&self) {
            let checked = load(&self.config(), KINDS).expect("a good config");
            self.last_good().keep(&self.config(), &checked.sources).expect("our folder");
        }

        fn start(&self) -> Result<Start, Fault> {
            start(Some(&self.config()), Some(&self.last_good()), KINDS)
        }
    }

    #[test]
    fn a_broken_config_falls_back_on_the_last_good_one_with_all_it_included() {
        let folder = Folder::new();
        folder.write("more.toml", b"[[parcel]]\nid = \"cup\"\nnumber = \"DEMO00000031\"\n");
        let good = b"listen = \"127.0.0.1:7\"\ndata_dir = \"state\"\npassword = \"x\"\ninclude = [\"more.toml\"]\n";
        folder.write("config.toml", good);
        folder.keep();
        for broken in [&b"# caf\xe9\nlisten = \"127.0.0.1:7\"\n"[..], b"listn = 1\n", b"password =\n", b"[["] {
            folder.write("config.toml", broken);
            folder.write("more.toml", b"\xff");
            let start = folder.start().expect("the last good one");
            assert_eq!(start.basis, Basis::LastGood);
            assert!(!start.faults.is_empty());
            assert_eq!(start.config.listen.port(), 7);
            assert_eq!(start.config.data_dir, Some("state".into()));
            assert_eq!(start.config.parcels.len(), 1);
            assert!(matches!(start.config.access, Access::Password(_)));
            assert_eq!(start.config.path, Some(folder.config()));
        }
        std::fs::remove_file(folder.config()).expect("it is there");
        assert_eq!(folder.start().expect("the last good one").basis, Basis::LastGood);
    }

    #[test]
    fn a_copy_is_found_where_another_way_of_starting_kept_it() {
        let folder = Folder::new();
        folder.write("config.toml", b"password = \"x\"\n");
        folder.keep();
        std::fs::rename(folder.0.path().join("kept"), folder.0.path().join("former")).expect("our folder");
        folder.write("config.toml", b"x\n");
        assert_eq!(folder.start().expect("the last good one").basis, Basis::LastGood);
    }

    #[test]
    fn what_a_broken_line_swallowed_is_not_taken_for_what_was_never_there() {
        for lost in [
            "x\nlisten = \"127.0.0.1:7\"\ndata_dir = \"state\"\npassword = \"x\"\n",
            "x = [\npassword = \"x\"\n",
            "x = \"\"\"\ndata_dir = \"state\"\n",
            "",
            " \n\n",
        ] {
            let folder = Folder::new();
            folder.write("config.toml", lost.as_bytes());
            assert!(folder.start().is_err(), "{lost:?} is as good as unreadable");
        }
        for kept in ["# nothing yet\n", "listen = \"127.0.0.1:7\"\nx = [\n"] {
            let folder = Folder::new();
            folder.write("config.toml", kept.as_bytes());
            assert!(folder.start().is_ok(), "{kept:?}");
        }
    }

    #[test]
    fn a_copy_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::new();
        folder.write("config.toml", b"password = \"x\"\n");
        folder.keep();
        let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        let file = folder.last_good().file(&folder.config());
        assert_eq!((mode(&file), mode(file.parent().expect("a folder"))), (0o600, 0o700));
    }

    #[test]
    fn a_password_that_cannot_be_read_is_none_in_no_version() {
        let folder = Folder::new();
        let password = folder.write("password", b"sesame\n");
        folder.write("config.toml", format!("password_file = {password:?}\n").as_bytes());
        folder.keep();
        for unreadable in [&b""[..], b" \n", b"\xff", b"\0\0", "\u{feff}\n".as_bytes(), "\u{200b}".as_bytes()] {
            folder.write("password", unreadable);
            assert_eq!(folder.start().expect("a config").config.access, Access::Nobody);
        }
        std::fs::remove_file(&password).expect("it is there");
        assert_eq!(folder.start().expect("a config").config.access, Access::Nobody);
        std::os::unix::net::UnixListener::bind(&password).expect("our folder");
        assert_eq!(
            folder.start().expect("a config").config.access,
            Access::Nobody,
            "what is no file is not waited for"
        );
        std::fs::remove_file(&password).expect("it is there");
        folder.write("password", "\u{feff}sesame\r\n".as_bytes());
        let sesame = Access::Password(super::super::Secret::new("sesame".into()));
        assert_eq!(folder.start().expect("a config").config.access, sesame, "nobody types a byte order mark");
    }

    #[test]
    fn without_a_copy_what_remains_is_for_this_machine_alone() {
        let access = |text: &str| {
            let folder = Folder::new();
            folder.write("config.toml", text.as_bytes());
            let start = folder.start().expect("something can be read");
            assert_eq!(start.basis, Basis::Remains, "{text}");
            assert!(start.config.listen.ip().is_loopback(), "{text}");
            start.config.access
        };
        assert_eq!(access("lisen = 1\n"), Access::Everybody);
        assert_eq!(access("lisen = 1\npassword = \"x\"\n"), Access::Password(super::super::Secret::new("x".into())));
        for half_read in ["password = x\n", "password = \"x\n"] {
            assert_ne!(access(half_read), Access::Everybody, "{half_read}");
        }
        for meant in [
            "pasword = \"x\"\n",
            "Password = 'x'\n",
            "password_fil = \"/x\"\n",
            "password = \"\"\n",
            "password_env = \"PARCELWATCH_NOT_SET\"\n",
            "lisen = 1\npublic_url = \"https://parcels.example\"\n",
            "lisen = 1\nlisten = \"0.0.0.0:8470\"\n",
            "listen = \"0.0.0.0:8470\"\n",
            "lisen = 1\nallowed_hosts = [\"nas.lan\"]\n",
        ] {
            assert_eq!(access(meant), Access::Nobody, "{meant}");
        }
    }

    #[test]
    fn a_file_of_which_nothing_can_be_read_is_named_with_the_way_out() {
        let folder = Folder::new();
        folder.write("config.toml", b"timezone = \"UTC\"\n# caf\xe9\n");
        let fault = folder.start().expect_err("nothing can be read").to_string();
        assert!(fault.contains("config.toml:2:6: ") && fault.contains("save the file as UTF-8"), "{fault}");
    }
}
