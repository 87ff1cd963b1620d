//! Prints the directory that cargo builds the programs into, which is also its own.
//! The scripts start the programs there directly, because `cargo run` would add
//! variables to their environment.

fn main() -> std::io::Result<()> {
    let own = std::env::current_exe()?;
    println!("{}", own.parent().unwrap_or(&own).display());
    Ok(())
}
