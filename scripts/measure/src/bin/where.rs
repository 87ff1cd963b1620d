//! Prints the directory that cargo builds the programs into: its own. The
//! scripts start the programs from there, without what `cargo run` adds to the
//! environment of a program.

#![forbid(unsafe_code)]

fn main() -> std::io::Result<()> {
    let own = std::env::current_exe()?;
    println!("{}", own.parent().unwrap_or(&own).display());
    Ok(())
}
