//! The daemon as a real process, in a folder of its own, on a port of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A story that waits longer than this has failed; it is not a measurement.
const PATIENCE: Duration = Duration::from_secs(90);

/// A folder with a config, a state folder and a plugin folder. It outlives the daemons that run in it.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    binary: PathBuf,
}

impl Home {
    /// A home with this config; the daemon listens on a free port.
    pub fn new(binary: &str, config: &str) -> Self {
        let home = Self { folder: tempfile::tempdir().expect("a temporary folder"), binary: binary.into() };
        std::fs::create_dir_all(home.plugins()).expect("a new folder");
        home.share_compiled_plugins();
        home.write_config(config);
        home
    }

    /// Compiling the plugins takes longer than most stories; all homes share what the first one compiled, as one home does over
    /// its restarts.
    fn share_compiled_plugins(&self) {
        let shared = crate::guests::target_dir().join("compiled-plugins");
        std::fs::create_dir_all(&shared).expect("the target folder is ours");
        std::fs::create_dir_all(self.state()).expect("the folder is ours");
        std::os::unix::fs::symlink(shared, self.state().join("compiled")).expect("the folder is ours");
    }

    /// From now on it has compiled nothing, as at the first start of all.
    pub fn forget_compiled_plugins(&self) {
        std::fs::remove_file(self.state().join("compiled")).expect("the link of a new home");
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn config(&self) -> PathBuf {
        self.path().join("config.toml")
    }

    pub fn plugins(&self) -> PathBuf {
        self.path().join("plugins")
    }

    pub fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    /// Puts a new config in the place of the old one, as editors do.
    pub fn write_config(&self, config: &str) {
        self.write_whole_config(format!(
            "listen = \"127.0.0.1:0\"
timezone = \"UTC\"
{config}"
        ));
    }

    /// The same with a config that says everything itself, or that is no text at all.
    pub fn write_whole_config(&self, text: impl AsRef<[u8]>) {
        let temporary = self.path().join(".config.toml.tmp");
        std::fs::write(&temporary, text).expect("the folder is ours");
        std::fs::rename(&temporary, self.config()).expect("the folder is ours");
    }

    /// Drops a plugin into the folder: copied under another name, then renamed.
    pub fn drop_plugin(&self, name: &str, bytes: &[u8]) {
        let temporary = self.plugins().join(format!(".{name}.tmp"));
        std::fs::write(&temporary, bytes).expect("the folder is ours");
        std::fs::rename(&temporary, self.plugins().join(name)).expect("the folder is ours");
    }

    /// A command line that takes the folders from the config, and the usual ones for what it does not say.
    pub fn bare_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_with(arguments);
        command.env_remove("PARCELWATCH_DATA_DIR").env_remove("PARCELWATCH_PLUGIN_DIR").current_dir(self.path());
        command
    }

    /// A command that runs the daemon in a way of its own, with the binary as its last argument.
    pub fn wrapped(&self, mut command: Command) -> Command {
        command.arg(&self.binary);
        self.at_home(command)
    }

    fn command_with(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments);
        self.at_home(command)
    }

    fn at_home(&self, mut command: Command) -> Command {
        command
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("PARCELWATCH_CONFIG", self.config())
            .env("PARCELWATCH_DATA_DIR", self.state())
            .env("PARCELWATCH_PLUGIN_DIR", self.plugins())
            .env("PARCELWATCH_LOG", "debug,cranelift=warn,wasmtime=warn,regalloc2=warn,h2=warn,hyper=warn");
        command
    }

    /// Runs a command line to its end.
    pub fn command(&self, arguments: &[&str]) -> Output {
        self.command_with(arguments).output().expect("the program runs")
    }

    /// Runs a command line that must succeed, and gives back what it printed.
    #[track_caller]
    pub fn say(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "parcelwatch {}: {error}", arguments.join(" "));
        String::from_utf8(output.stdout).expect("the program prints UTF-8")
    }

    /// Starts the daemon and waits until it listens.
    pub fn start(&self) -> Daemon {
        self.start_as(self.command_with(&[]))
    }

    /// Starts a daemon in a way of one's own.
    pub fn start_as(&self, mut command: Command) -> Daemon {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program runs");
        let log = Arc::new(Log::default());
        let (listening, address) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let written = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once(" on http://") {
                    // Nobody waits any more when the daemon is killed early.
                    let _ = listening.send(address.trim().to_owned());
                }
                written.write(&line);
            }
        });
        let address = address.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            let _ = child.kill();
            panic!("the daemon does not listen; its log:\n{}", log.text())
        });
        let agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
        Daemon {
            child,
            address: address.parse().expect("an address and a port"),
            log,
            agent: agent.into(),
            password: std::sync::OnceLock::new(),
        }
    }
}

/// What a daemon wrote to its standard error.
#[derive(Debug, Default)]
struct Log {
    text: Mutex<String>,
    longer: Condvar,
}

impl Log {
    fn write(&self, line: &str) {
        writeln!(self.text.lock().expect(NO_PANIC), "{line}").expect("memory");
        self.longer.notify_all();
    }

    fn text(&self) -> String {
        self.text.lock().expect(NO_PANIC).clone()
    }

    /// Waits for these words; false when they do not come.
    fn until(&self, words: &str) -> bool {
        let text = self.text.lock().expect(NO_PANIC);
        let waited = self.longer.wait_timeout_while(text, PATIENCE, |text| !text.contains(words));
        !waited.expect(NO_PANIC).1.timed_out()
    }
}

const NO_PANIC: &str = "no writer panics";

/// A running daemon.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    address: SocketAddr,
    log: Arc<Log>,
    agent: ureq::Agent,
    /// Brought with every request, once it is set.
    password: std::sync::OnceLock<String>,
}

/// An answer of the daemon's site.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl Daemon {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the daemon has written to its log so far.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// From now on every request brings this password.
    pub fn log_in(&self, password: &str) {
        self.password.set(format!("Bearer {password}")).expect("it is done once");
    }

    /// A page as somebody gets it who does not know the password.
    pub fn get_without_password(&self, path: &str) -> Answer {
        read(self.agent.get(format!("http://{}{path}", self.address)).call().expect("the daemon listens"))
    }

    /// A page, with headers of one's own.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let known = self.password.get().map(|password| ("authorization", password.as_str()));
        let headers = headers.iter().copied().chain(known);
        let mut request = self.agent.get(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.call().unwrap_or_else(|error| panic!("GET {path}: {error}\n{}", self.log()));
        read(response)
    }

    /// A page that must be there.
    #[track_caller]
    pub fn get(&self, path: &str) -> String {
        let answer = self.get_with(path, &[]);
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.body);
        answer.body
    }

    /// A file that must be there: its headers and its bytes.
    #[track_caller]
    pub fn download(&self, path: &str) -> (BTreeMap<String, String>, Vec<u8>) {
        let response = self.agent.get(format!("http://{}{path}", self.address)).call();
        let mut response = response.unwrap_or_else(|error| panic!("GET {path}: {error}\n{}", self.log()));
        assert_eq!(response.status().as_u16(), 200, "GET {path}");
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
        let headers = headers.collect();
        (headers, response.body_mut().with_config().limit(256 * 1024 * 1024).read_to_vec().expect("a whole body"))
    }

    /// Presses a button.
    pub fn post(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.post(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send_form(form.iter().copied());
        read(response.unwrap_or_else(|error| panic!("POST {path}: {error}\n{}", self.log())))
    }

    /// Sends a form with files, as browsers do.
    pub fn upload(&self, path: &str, files: &[(&str, &[u8])], headers: &[(&str, &str)]) -> Answer {
        let mut body = Vec::new();
        for (name, content) in files {
            let head = format!("--line\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend(b"--line--\r\n");
        let mut request = self.agent.post(format!("http://{}{path}", self.address));
        request = request.header("content-type", "multipart/form-data; boundary=line");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send(&body[..]);
        read(response.unwrap_or_else(|error| panic!("POST {path}: {error}\n{}", self.log())))
    }

    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path)).unwrap_or_else(|error| panic!("GET {path} is not JSON: {error}"))
    }

    /// A parcel as the API has it; null when there is none.
    pub fn parcel(&self, id: &str) -> Value {
        let answer = self.get_with(&format!("/api/v1/parcels/{id}"), &[]);
        if answer.status == 404 {
            return Value::Null;
        }
        serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("parcel {id} is not JSON: {error}"))
    }

    /// Waits until a parcel is as wanted. The daemon says when something changed, so nothing is slept for.
    #[track_caller]
    pub fn until_parcel(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until(&format!("parcel {id}"), |daemon| {
            let parcel = daemon.parcel(id);
            if wanted(&parcel) { Ok(parcel) } else { Err(format!("{parcel:#}")) }
        })
    }

    /// Waits until the system is as wanted.
    #[track_caller]
    pub fn until_system(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until("the system", |daemon| {
            let system = daemon.json("/api/v1/system");
            if wanted(&system) { Ok(system) } else { Err(format!("{system:#}")) }
        })
    }

    /// Waits until something holds, looking again whenever the daemon says that something changed.
    #[track_caller]
    pub fn until<T>(&self, what: &str, look: impl Fn(&Self) -> Result<T, String>) -> T {
        let begin = Instant::now();
        let mut last = String::new();
        while begin.elapsed() < PATIENCE {
            let mut changes = self.changes();
            match look(self) {
                Ok(found) => return found,
                Err(seen) => last = seen,
            }
            // The stream begins with the revision that is, and goes on with every other.
            changes.next();
            while changes.next().is_some() && begin.elapsed() < PATIENCE {
                match look(self) {
                    Ok(found) => return found,
                    Err(seen) => last = seen,
                }
            }
        }
        panic!("waited in vain for {what}; last seen:\n{last}\nlog:\n{}", self.log())
    }

    /// Waits until the log has a line with these words.
    #[track_caller]
    pub fn until_log(&self, words: &str) {
        assert!(self.log.until(words), "waited in vain for {words:?} in the log:\n{}", self.log());
    }

    /// The revisions of the pages, as they come; ends when none comes for a while.
    fn changes(&self) -> impl Iterator<Item = String> + use<> {
        let mut stream = TcpStream::connect(self.address).expect("the daemon listens");
        stream.set_read_timeout(Some(Duration::from_secs(2))).expect("a duration above zero");
        let password = self.password.get().map(|password| format!("Authorization: {password}\r\n")).unwrap_or_default();
        let request = format!("GET /events HTTP/1.1\r\nHost: {}\r\n{password}\r\n", self.address);
        stream.write_all(request.as_bytes()).expect("the daemon listens");
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        lines.filter(|line| line.starts_with("data: "))
    }

    /// Ends the daemon without any chance to tidy up.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it is our child");
    }

    /// Asks the daemon to stop, and waits for it.
    #[track_caller]
    pub fn stop(mut self) -> String {
        signal(self.pid(), "TERM");
        let status = self.child.wait().expect("it is our child");
        assert!(status.success(), "the daemon ended with {status}:\n{}", self.log());
        self.log()
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        signal(self.pid(), name);
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // A daemon that has ended already cannot be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()).status().expect("kill is everywhere");
    assert!(sent.success(), "cannot send {name} to {pid}");
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
    Answer {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string().expect("a text"),
    }
}
