//! The command line: what can be said on it, and what each command does.

mod access;
mod backups;
mod commands;
mod doctor;
mod edit;
mod evidence;
mod parcels;
mod paths;
mod plugins;
mod print;
mod scratch;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

pub use paths::{places, start, state_dir};

/// Follows parcels across carriers and tells what their history means.
#[derive(Debug, Parser)]
#[command(name = "parcelwatch", version, about)]
pub struct Cli {
    #[command(flatten)]
    pub places: PlacesArgs,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Where things are.
#[derive(Clone, Debug, Args)]
pub struct PlacesArgs {
    /// The config file [default: $XDG_CONFIG_HOME/parcelwatch/config.toml, then /etc/parcelwatch/config.toml]
    #[arg(long, short, global = true, env = "PARCELWATCH_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The state folder [default: data_dir of the config, then $STATE_DIRECTORY, then $XDG_STATE_HOME/parcelwatch]
    #[arg(long, global = true, env = "PARCELWATCH_DATA_DIR", value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// The folder plugins are dropped into [default: plugin_dir of the config, then plugins in the state folder]
    #[arg(long, global = true, env = "PARCELWATCH_PLUGIN_DIR", value_name = "FOLDER")]
    pub plugin_dir: Option<PathBuf>,
}

/// What can be asked for.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Run the daemon; this is what happens without a command
    Run {
        /// Address and port of the pages, instead of the config's
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<std::net::SocketAddr>,
    },
    /// Write a config with every option explained
    Init {
        /// Replace a config that is there
        #[arg(long)]
        force: bool,
    },
    /// Read the config and name every fault in it
    Check {
        #[arg(long)]
        json: bool,
    },
    /// Add a parcel to the config, keeping its comments
    Add {
        /// The tracking number as you have it
        number: String,
        /// What you call it
        #[arg(long, short)]
        label: Option<String>,
        /// The carrier, when it cannot be guessed
        #[arg(long)]
        carrier: Option<String>,
        /// The order it belongs to
        #[arg(long)]
        order: Option<String>,
        /// The day of the order: deadlines count from it, and what is older under the number is another parcel's
        #[arg(long, value_name = "DATE")]
        ordered: Option<jiff::civil::Date>,
        /// Where it was bought
        #[arg(long)]
        marketplace: Option<String>,
        /// Where it goes: two letters
        #[arg(long)]
        country: Option<String>,
        /// Postcode, for carriers that want it
        #[arg(long)]
        postcode: Option<String>,
        /// economy, standard, express, warehouse, combined or remote
        #[arg(long)]
        class: Option<String>,
        /// May be given more than once
        #[arg(long)]
        tag: Vec<String>,
        #[arg(long)]
        json: bool,
    },
    /// List parcels
    List {
        /// The archive instead of the overview
        #[arg(long)]
        archived: bool,
        #[arg(long)]
        json: bool,
    },
    /// Show all that is known of a parcel
    Show {
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Say why a parcel stands where it does, and why its carriers are asked when they are
    Explain {
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Ask a parcel's carriers now
    Ask {
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Let the plugins in force read kept answers anew, so that what they mean heals; no carrier is asked and nothing is told
    Replay {
        /// The parcel [default: all in the config]
        id: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Attach photos, screenshots or messages to a parcel
    Attach {
        id: String,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Write a parcel's history, raw answers and attachments into one zip file, as evidence
    Export {
        id: String,
        /// The file to write [default: ID-DATE.zip in this folder]
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Write history, attachments and config into one file, also while the daemon runs
    Backup {
        /// The file to write, or a folder for one named by its moment
        #[arg(value_name = "FILE")]
        path: PathBuf,
        /// Keep so many backups in the folder, and remove those before them
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        keep: Option<u16>,
        #[arg(long)]
        json: bool,
    },
    /// Put a backup in the place of the history; what stands there is moved aside
    Restore {
        #[arg(value_name = "FILE")]
        path: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Say whose numbers these could be
    Recognize {
        #[arg(required = true)]
        numbers: Vec<String>,
        #[arg(long)]
        json: bool,
    },
    /// Check config, state, daemon and plugins, and try every carrier's key
    Doctor {
        #[arg(long)]
        json: bool,
    },
    /// Read config and plugins again
    Reload {
        #[arg(long)]
        json: bool,
    },
    /// Look after plugins
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Ask the daemon whether it is ready, for containers
    Healthcheck,
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
}

/// What can be done with plugins.
#[derive(Clone, Debug, Subcommand)]
pub enum PluginCommand {
    /// List the plugins, what they may reach, and what is wrong with them
    List {
        #[arg(long)]
        json: bool,
    },
    /// Look at a plugin file without loading it
    Inspect {
        file: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Let a plugin reach the hosts and send the secrets that its newest file asks for
    Approve { carrier: String },
    /// Open a plugin that was closed for its faults, or a carrier that is left alone because it asked for it or shuts out machines
    Enable { carrier: String },
    /// Compile the built-in carriers into the state folder; the daemon does this by itself
    Precompile {
        /// Compile the component that comes in instead
        #[arg(long)]
        stdin: bool,
        /// Compile this carrier before others; may be given more than once
        #[arg(long, value_name = "CARRIER")]
        first: Vec<String>,
    },
}

/// Runs a command other than `run`.
pub async fn execute(command: Command, places: PlacesArgs) -> anyhow::Result<()> {
    match command {
        Command::Run { .. } => unreachable!("main runs the daemon"),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "parcelwatch", &mut std::io::stdout());
            Ok(())
        }
        Command::Man => Ok(clap_mangen::Man::new(Cli::command()).render(&mut std::io::stdout())?),
        other => commands::execute(other, &places).await,
    }
}
