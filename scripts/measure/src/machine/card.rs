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
        let Machine { cpu, usable, online, kernel, .. } = self;
        let virtually = if self.virtual_machine { " (a virtual machine)" } else { "" };
        format!(
            "Measured on {cpu}{virtually}, {usable} of {online} cores{quota}, {kernel}, {rustc}, {day}."
        )
    }
}

/// How many cores this process may use, at least 1.
pub fn usable_cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The least CPU quota of this process's control group and those above it, in
/// cores; `None` if there is no limit.
fn quota() -> Option<f64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    quota_of(&groups, Path::new("/sys/fs/cgroup"))
}

/// The same, for the text of `/proc/self/cgroup` and the directory where the
/// groups are mounted.
fn quota_of(groups: &str, mounted: &Path) -> Option<f64> {
    let mut quotas = Vec::new();
    for line in groups.lines() {
        let [_, controllers, group] = line.splitn(3, ':').collect::<Vec<_>>()[..] else { continue };
        // Version 2 has one line without controllers, and one file. Version 1 has one line for
        // each controller, and two files.
        let root = mounted.join(controllers);
        let own = root.join(group.trim_start_matches('/'));
        for directory in own.ancestors().take_while(|directory| directory.starts_with(&root)) {
            let files = ["cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us"];
            let read = |file| fs::read_to_string(directory.join(file)).unwrap_or_default();
            let text = files.map(read).concat();
            let numbers: Vec<f64> =
                text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            // "max", and -1 in version 1, are no limit.
            if let [quota, period] = numbers[..]
                && quota > 0.0
            {
                quotas.push(quota / period);
            }
        }
    }
    quotas.into_iter().min_by(f64::total_cmp)
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
    fn a_quota_is_found_in_both_versions_of_control_groups() {
        let mounted = tempfile::tempdir().unwrap();
        let write = |directory: &str, files: &[(&str, &str)]| {
            let directory = mounted.path().join(directory);
            fs::create_dir_all(&directory).unwrap();
            files.iter().for_each(|(name, text)| fs::write(directory.join(name), text).unwrap());
        };
        let quota = |groups: &str| quota_of(groups, mounted.path());
        let two = [("cpu.cfs_quota_us", "200000\n"), ("cpu.cfs_period_us", "100000\n")];
        write("cpu,cpuacct/outer", &two);
        let none = [("cpu.cfs_quota_us", "-1\n"), ("cpu.cfs_period_us", "100000\n")];
        write("cpu,cpuacct/outer/inner", &none);
        write("outer", &[("cpu.max", "50000 100000\n")]);
        write("outer/inner", &[("cpu.max", "max 100000\n")]);

        let version_1 = "3:cpuset:/outer\n2:cpu,cpuacct:/outer/inner\n1:name=systemd:/x\n";
        assert_eq!(quota(version_1), Some(2.0));
        assert_eq!(quota("0::/outer/inner\n"), Some(0.5));
        assert_eq!(quota(&format!("{version_1}0::/outer/inner\n")), Some(0.5));
        assert_eq!(quota("0::/\n3:cpuset:/outer\n"), None);
    }
}
