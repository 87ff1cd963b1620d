//! The machine card: without it, a figure is worthless.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;
use std::{fs, thread};

use procfs::{CpuInfo, Current, Meminfo};
use serde::{Deserialize, Serialize};

/// The machine, and the date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's own name for itself.
    pub cpu: String,
    /// Cores that are switched on.
    pub online: usize,
    /// Cores that this process may use: affinity and quota taken into account.
    pub usable: usize,
    /// The CPU quota of the control group, in cores.
    pub quota: Option<f64>,
    pub virtual_machine: bool,
    /// In bytes.
    pub memory: u64,
    pub kernel: String,
    /// The compiler's version, as it prints it.
    pub rustc: String,
    /// The cargo profile of this program, and of the measured programs unless they
    /// were given as paths.
    pub profile: String,
    /// The date and time of the start, in UTC.
    pub date: String,
}

impl Machine {
    /// Looks at this machine, now. Facts that it does not tell are `unknown` or 0.
    pub fn look() -> Machine {
        let unknown = || "unknown".to_owned();
        let info = CpuInfo::current().ok();
        let field = |name: &str| info.as_ref()?.get_field(0, name).map(str::to_owned);
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
            date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        }
    }

    /// The machine and the day on one line.
    pub fn line(&self) -> String {
        let rustc = self.rustc.split(" (").next().unwrap_or_default();
        let day = self.date.split('T').next().unwrap_or_default();
        let quota = self.quota.map_or(String::new(), |cores| format!(" (quota: {cores})"));
        let Machine { cpu, usable, online, kernel, profile, .. } = self;
        let memory = self.memory as f64 / f64::from(1 << 30);
        let virtually = if self.virtual_machine { " (a virtual machine)" } else { "" };
        format!(
            "Measured on {cpu}{virtually}, {usable} of {online} cores{quota}, {memory:.1} GiB, {kernel}, \
             {rustc} ({profile}), {day}."
        )
    }
}

/// How many cores this process may use, at least 1.
pub fn usable_cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The least CPU quota of this process's control group and those above it, in cores; `None` if
/// there is no limit. Of version 1 of control groups, only the usable cores show the quota.
fn quota() -> Option<f64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    quota_of(Path::new("/sys/fs/cgroup"), group)
}

/// The same, for a group below the directory where the groups are mounted.
fn quota_of(mounted: &Path, group: &str) -> Option<f64> {
    let own = mounted.join(group);
    let groups = own.ancestors().take_while(|directory| directory.starts_with(mounted));
    let quotas = groups.filter_map(|directory| {
        let text = fs::read_to_string(directory.join("cpu.max")).ok()?;
        let (quota, period) = text.trim().split_once(' ')?;
        // "max" is no limit.
        Some(quota.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
    });
    quotas.min_by(f64::total_cmp)
}

fn rustc() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    (!version.trim().is_empty()).then(|| version.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_of_a_group_above_counts() {
        let mounted = tempfile::tempdir().unwrap();
        fs::create_dir_all(mounted.path().join("outer/inner")).unwrap();
        let write = |file, text| fs::write(mounted.path().join(file), text).unwrap();
        write("outer/cpu.max", "50000 100000\n");
        write("outer/inner/cpu.max", "max 100000\n");
        assert_eq!(quota_of(mounted.path(), "outer/inner"), Some(0.5));
        assert_eq!(quota_of(mounted.path(), ""), None);
    }
}
