//! What is the same for the four download programs.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::{fs, thread};

use super::{Run, run_in};

/// Without arguments: the three files of the document from the program's own
/// site, whole, each line in its place, and the site gone at the end.
pub fn check_own_site(program: &str) {
    let directory = tempfile::tempdir().unwrap();
    let run = run_in(directory.path(), program, &[""; 0]);
    let lines = run.lines();
    assert_eq!(lines.len(), 11, "{run:?}");
    assert_eq!(lines[9..], ["All downloads are finished", "3 downloaded, 0 failed"]);

    let first = lines[0].strip_prefix("Downloading http://").unwrap();
    let (address, _) = first.split_once('/').unwrap();
    let mut expected = Vec::new();
    for (i, path) in ["/file1.pdf", "/file2.pdf", "/file3.jpg"].into_iter().enumerate() {
        let url = format!("http://{address}{path}");
        let downloading = run.position(&format!("Downloading {url}"));
        let downloaded = run.position(&format!("Downloaded {url}"));
        let saved = run.position(&format!("Saved downloads/file{i}"));
        assert!(downloading < downloaded && downloaded < saved, "{run:?}");
        expected.push((format!("file{i}"), common::site::content(path, 0, 100 * 1024)));
    }
    assert!(files(&directory.path().join("downloads")) == expected, "other files: {run:?}");

    let address: SocketAddr = address.parse().unwrap();
    assert!(TcpStream::connect(address).is_err(), "the site outlives its program");
}

/// Each of three answers waits until all three have asked.
pub fn check_overlap(program: &str) {
    let (run, urls) = download_from_gate(program, 3);
    for url in &urls {
        for other in &urls {
            let downloading = run.position(&format!("Downloading {url}"));
            assert!(downloading < run.position(&format!("Downloaded {other}")), "{run:?}");
        }
    }
}

/// Each download ends before the next begins.
pub fn check_staircase(program: &str) {
    let (run, urls) = download_from_gate(program, 1);
    let steps = urls.iter().enumerate().flat_map(|(i, url)| {
        [format!("Downloading {url}"), format!("Downloaded {url}"), format!("Saved ./file{i}")]
    });
    let mut expected: Vec<String> = steps.collect();
    expected.push("All downloads are finished".to_owned());
    expected.push("3 downloaded, 0 failed".to_owned());
    assert_eq!(run.lines(), expected);
}

/// Downloads three files from a server that opens its gate for `crowd` at a
/// time.
fn download_from_gate(program: &str, crowd: usize) -> (Run, Vec<String>) {
    let address = gate(crowd);
    let urls: Vec<String> = (0..3).map(|i| format!("http://{address}/{i}")).collect();
    let directory = tempfile::tempdir().unwrap();
    let arguments = [&["--into".to_owned(), ".".to_owned()], &urls[..]].concat();
    let run = run_in(directory.path(), program, &arguments);
    assert_eq!(run.lines().len(), 11, "{run:?}");
    let expected: Vec<_> =
        (0..3).map(|i| (format!("file{i}"), format!("/{i}").into_bytes())).collect();
    assert_eq!(files(directory.path()), expected);
    (run, urls)
}

/// A server that answers nobody before `crowd` have asked, again and again. It
/// answers with the path.
fn gate(crowd: usize) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        loop {
            let crowd: Vec<TcpStream> = (0..crowd).map(|_| listener.accept().unwrap().0).collect();
            for mut connection in crowd {
                let path = read_request(&mut connection);
                let length = path.len();
                write!(
                    connection,
                    "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{path}"
                )
                .unwrap();
            }
        }
    });
    address
}

/// Reads up to the empty line and returns the path that is asked for.
fn read_request(connection: &mut TcpStream) -> String {
    let mut lines = BufReader::new(connection).lines().map(Result::unwrap);
    let request = lines.next().unwrap();
    lines.find(String::is_empty).unwrap();
    request.split(' ').nth(1).unwrap().to_owned()
}

/// The files of a directory by name, with their bytes.
fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}
