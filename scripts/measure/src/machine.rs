//! The machine card: what a figure is worthless without.

use std::process::Command;
use std::time::SystemTime;
use std::{fs, thread};

use procfs::{CpuInfo, Current, LoadAverage, Meminfo};
use serde::{Deserialize, Serialize};

/// The machine, and the moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor as it calls itself.
    pub cpu: String,
    /// Cores that are switched on.
    pub online: usize,
    /// Cores that this process may use: affinity and quota taken into account.
    pub usable: usize,
    /// The CPU quota of the control group, in cores.
    pub quota: Option<f64>,
    /// Whether the processor says that a hypervisor runs it.
    pub virtual_machine: bool,
    /// Memory in bytes.
    pub memory: u64,
    /// The kernel's name and release.
    pub kernel: String,
    /// The compiler's version, as it prints it.
    pub rustc: String,
    /// The cargo profile of the measuring and, unless a path says otherwise, of
    /// the programs.
    pub profile: String,
    /// The load averages over 1, 5 and 15 minutes at the start.
    pub load: [f32; 3],
    /// The date and time of the start, in UTC.
    pub date: String,
}

impl Machine {
    /// Looks at this machine, now. What it does not tell is `unknown` or 0.
    pub fn look() -> Machine {
        let unknown = || "unknown".to_owned();
        let info = CpuInfo::current().ok();
        let field = |name: &str| info.as_ref()?.get_field(0, name).map(str::to_owned);
        let load = LoadAverage::current();
        Machine {
            cpu: field("model name").unwrap_or_else(unknown),
            online: info.as_ref().map_or(0, CpuInfo::num_cores),
            usable: usable_cores(),
            quota: quota(),
            virtual_machine: field("flags")
                .is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
            memory: Meminfo::current().map_or(0, |memory| memory.mem_total),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")
                .map_or_else(|_| unknown(), |release| format!("Linux {}", release.trim())),
            rustc: rustc().unwrap_or_else(unknown),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
            load: load.map_or([0.0; 3], |load| [load.one, load.five, load.fifteen]),
            date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        }
    }

    /// The processor as it calls itself, and whether it is a virtual one.
    pub fn processor(&self) -> String {
        format!("{}{}", self.cpu, if self.virtual_machine { " (a virtual machine)" } else { "" })
    }

    /// The machine and the day on one line.
    pub fn line(&self) -> String {
        let rustc = self.rustc.split(" (").next().unwrap_or_default();
        let day = self.date.split('T').next().unwrap_or_default();
        let quota = self.quota.map_or(String::new(), |cores| format!(" (quota: {cores})"));
        format!(
            "Measured on {}, {} of {} cores{quota}, {}, {rustc}, {day}.",
            self.processor(),
            self.usable,
            self.online,
            self.kernel
        )
    }
}

/// How many cores this process may use, at least 1.
pub fn usable_cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The least quota of this process's control group and those above it, in
/// cores; `None` where there is no limit, or only version 1 of control groups.
fn quota() -> Option<f64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let mut directory = std::path::Path::new("/sys/fs/cgroup").join(own);
    let mut least: Option<f64> = None;
    while directory.starts_with("/sys/fs/cgroup") {
        if let Ok(text) = fs::read_to_string(directory.join("cpu.max")) {
            let figures: Vec<f64> = text.split(' ').flat_map(|f| f.trim().parse()).collect();
            if let [quota, period] = figures[..] {
                least = Some(least.map_or(quota / period, |l| l.min(quota / period)));
            }
        }
        directory.pop();
    }
    least
}

fn rustc() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    (!version.trim().is_empty()).then(|| version.trim().to_owned())
}
