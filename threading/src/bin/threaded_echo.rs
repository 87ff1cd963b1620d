//! Serves 10 000 connections at the same time, with a thread for each.
//!
//! This program is client and server in one. For each connection, `main` connects (as a
//! client), accepts (as a server), and starts a thread that answers. When all connections
//! are open, `main` sends a line through each of them, and gets it back. If the limit on
//! open files is too low, `main` opens fewer connections. With far more connections, a
//! limit on threads can end the program.
//! Twin: `async_echo` has a task per connection, which needs much less memory.
//!
//!     cargo run -p threading --bin threaded_echo [N]

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use clap::Parser;
use common::arguments::Connecting;

fn main() -> anyhow::Result<()> {
    // Each connection takes two open files, and the program needs a few more.
    let most = rlimit::increase_nofile_limit(u64::MAX)?.saturating_sub(20) / 2;
    let n = Connecting::parse().n.min(most);
    let listener = TcpListener::bind("127.0.0.1:0")?;

    let mut clients = Vec::new();
    for _ in 0..n {
        clients.push(TcpStream::connect(listener.local_addr()?)?);
        let (connection, _) = listener.accept()?;
        thread::Builder::new().spawn(move || answer(connection))?;
    }
    println!("{n} connections are open");

    for client in &mut clients {
        let mut line = [0; 6];
        client.write_all(b"Hello\n")?;
        client.read_exact(&mut line)?;
        assert_eq!(&line, b"Hello\n");
    }
    println!("All connections are served");
    Ok(())
}

fn answer(mut connection: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 64];
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        connection.write_all(&buffer[..n])?;
    }
}
