//! Serves 10 000 connections at the same time, with a thread for each.
//!
//! `main` is the load: it opens all connections, and sends a line through each and
//! back, twice. Both ends of a connection are in this program, so it needs two
//! descriptors for each. If the system allows fewer, it opens fewer connections.
//! Twin: `async_echo` has a task per connection, which needs much less memory.
//!
//!     cargo run -p threading --bin threaded_echo [N]

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use clap::Parser;
use common::arguments::Connecting;

fn main() -> anyhow::Result<()> {
    let limit = rlimit::increase_nofile_limit(u64::MAX)?;
    let n = Connecting::parse().n.min(limit.saturating_sub(20) / 2);

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || serve(listener));

    let start = Instant::now();
    let mut connections = Vec::new();
    for _ in 0..n {
        let mut connection = TcpStream::connect(address)?;
        echo(&mut connection)?;
        connections.push(connection);
    }
    println!("{n} connections are open");
    for connection in &mut connections {
        echo(connection)?;
    }
    println!("All connections are served");
    println!("Time taken: {:.6} seconds", start.elapsed().as_secs_f64());
    Ok(())
}

fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (connection, _) = listener.accept()?;
        thread::spawn(move || answer(connection));
    }
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

fn echo(connection: &mut TcpStream) -> io::Result<()> {
    let mut line = [0; 6];
    connection.write_all(b"Hello\n")?;
    connection.read_exact(&mut line)?;
    assert_eq!(&line, b"Hello\n");
    Ok(())
}
