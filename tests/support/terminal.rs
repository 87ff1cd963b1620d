//! Runs a program in a terminal.

use std::fs::File;
use std::io::Read;
use std::process::Command;

use nix::pty::openpty;
use rustix::termios::{Winsize, tcsetwinsize};

/// A program with arguments, in an environment without a terminal's variables and not ignoring
/// signals. A program that a script starts in the background ignores some, and so do the
/// programs that it starts.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    // By its path: some tests set another PATH.
    let mut command = Command::new("/usr/bin/env");
    command.arg("--default-signal").arg(program).args(arguments);
    for variable in ["CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"] {
        command.env_remove(variable);
    }
    command
}

/// What a program draws in a terminal of so many columns, with a variable of its environment.
pub fn drawn(mut command: Command, columns: u16, (variable, value): (&str, &str)) -> String {
    let terminal = openpty(None, None).unwrap();
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&terminal.master, size).unwrap();
    command.env("TERM", "xterm").env("LANG", "C.UTF-8").env(variable, value);
    command.stderr(terminal.slave.try_clone().unwrap()).stdout(terminal.slave);
    let mut child = command.spawn().unwrap();
    // The other end of the terminal must be closed here too.
    drop(command);
    // If no process holds the terminal open, its end is an error.
    let mut drawing = Vec::new();
    let ended = File::from(terminal.master).read_to_end(&mut drawing);
    assert!(ended.is_err() && child.wait().unwrap().success());
    String::from_utf8(drawing).unwrap()
}
