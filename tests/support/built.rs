//! Programs and examples of all members, for a test of another package.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds programs that are missing or older than their sources: the tests of the
/// other members build them, too. An example is named `examples/NAME`.
pub fn build(programs: &BTreeSet<&str>) {
    let is_old = |program: &&&str| {
        let modified = |path: &Path| fs::metadata(path).and_then(|file| file.modified());
        let Ok(built) = modified(&built(program)) else { return true };
        let is_example = program.starts_with("examples/");
        let file = if is_example { program.to_string() } else { format!("src/bin/{program}") };
        let source = |member: &&str| root().join(format!("{member}/{file}.rs"));
        let members = ["threading", "multiprocessing", "asyncio"];
        members.iter().map(source).any(|path| modified(&path).is_ok_and(|source| source > built))
    };
    let old: Vec<&&str> = programs.iter().filter(is_old).collect();
    if old.is_empty() {
        return;
    }
    let profile = if directory().ends_with("release") { "release" } else { "dev" };
    let mut cargo = Command::new(env!("CARGO"));
    // With the features of the whole workspace, as it is built for its tests.
    cargo.args(["build", "--quiet", "--workspace", "--profile", profile, "--target-dir"]);
    cargo.arg(directory().parent().unwrap()).current_dir(root());
    for program in old {
        match program.strip_prefix("examples/") {
            Some(example) => cargo.args(["--example", example]),
            None => cargo.args(["--bin", program]),
        };
    }
    // With the variables that cargo sets for a test, it would build some crates anew.
    for (name, _) in std::env::vars_os() {
        let of_cargo = |prefix: &&str| name.to_string_lossy().starts_with(prefix);
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(of_cargo) {
            cargo.env_remove(&name);
        }
    }
    // Its directory has the target's name already.
    cargo.env_remove("CARGO_BUILD_TARGET");
    assert!(cargo.status().unwrap().success(), "{cargo:?}");
}

pub fn built(program: &str) -> PathBuf {
    directory().join(program)
}

/// The directory of this profile's programs.
fn directory() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().to_owned()
}

/// The directory of the repository.
pub fn root() -> PathBuf {
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.find(|directory| directory.join("Cargo.lock").exists()).unwrap().to_owned()
}
