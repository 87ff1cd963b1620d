//! Tests of all four download programs: right downloads, and the same words and
//! status when a download fails.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use super::faulty::{
    Closing, LARGE, closes_kept_connections, gate, moves_and_never_answers, mute, nobody,
    self_signed, server,
};
use super::{Run, command, finish, run_in};

/// Makes a test of each of the cases below, for one program.
macro_rules! test_downloads {
    ($program:expr) => {
        $crate::support::downloads::test_downloads! { $program;
            brings_its_own_site, leaves_no_site_when_killed, says_why_each_download_failed,
            stops_at_its_time_limits, keeps_an_older_file_unless_it_has_a_new_one,
            says_that_it_cannot_write, downloads_the_good_beside_the_bad, downloads_a_thousand,
            counts_the_failures_without_descriptors, repeats_requests_on_closed_connections,
            does_not_repeat_the_first_request, repeats_a_request_twenty_times,
            refuses_a_file_without_certificates, saves_by_number_what_arrives, prints_whole_lines,
            prints_no_password, takes_a_list_of_urls, uses_proxies_for_given_urls_only,
            holds_no_whole_file_in_memory, leaves_only_parts_when_killed, refuses_wrong_limits
        }
    };
    ($program:expr; $($case:ident),+) => {
        $(#[test]
        fn $case() {
            $crate::support::downloads::$case($program);
        })+
    };
}
pub(crate) use test_downloads;

/// Without arguments, the program downloads the three files of the document from
/// its own site, which ends with it.
pub fn brings_its_own_site(program: &str) {
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
        expected.push((format!("file{i}"), common::site::content(path, 100 * 1024)));
    }
    assert!(files(&directory.path().join("downloads")) == expected, "other files: {run:?}");

    let address: SocketAddr = address.parse().unwrap();
    assert!(TcpStream::connect(address).is_err(), "the site outlives its program");
}

/// The site also ends when its program is killed.
pub fn leaves_no_site_when_killed(program: &str) {
    let directory = tempfile::tempdir().unwrap();
    let mut killed = command(program);
    let mut child = killed.current_dir(directory.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let (address, _) = line.strip_prefix("Downloading http://").unwrap().split_once('/').unwrap();
    let address: SocketAddr = address.parse().unwrap();

    child.kill().unwrap();
    child.wait().unwrap();
    let killed = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(killed.elapsed() < Duration::from_secs(300), "the site outlives its program");
        thread::sleep(Duration::from_millis(1));
    }
}

/// For programs that overlap their downloads: each of three answers waits until
/// all three requests have arrived.
pub fn overlaps(program: &str) {
    let (run, urls) = download_from_gate(program, &[], 3, 3);
    for url in &urls {
        for other in &urls {
            let downloading = run.position(&format!("Downloading {url}"));
            assert!(downloading < run.position(&format!("Downloaded {other}")), "{run:?}");
        }
    }
}

/// For the program that downloads one by one: each download ends before the next begins.
pub fn is_a_staircase(program: &str) {
    let (run, urls) = download_from_gate(program, &[], 1, 3);
    let steps = urls.iter().enumerate().flat_map(|(i, url)| {
        [format!("Downloading {url}"), format!("Downloaded {url}"), format!("Saved ./file{i}")]
    });
    let mut expected: Vec<String> = steps.collect();
    expected.push("All downloads are finished".to_owned());
    expected.push("3 downloaded, 0 failed".to_owned());
    assert_eq!(run.lines(), expected);
}

/// For programs with `--at-once`: there are never more downloads at the same time.
pub fn at_once_bounds_the_downloads(program: &str) {
    for at_once in [1, 2] {
        // The server answers only when this many requests have arrived.
        let options = ["--at-once", &at_once.to_string()];
        let (run, _) = download_from_gate(program, &options, at_once, 4);
        let mut on_their_way = 0;
        for line in run.lines() {
            match line.split(' ').next() {
                Some("Downloading") => on_their_way += 1,
                Some("Saved") => on_their_way -= 1,
                _ => {}
            }
            assert!(on_their_way <= at_once, "{run:?}");
        }
    }
    assert_refused(program, &["--at-once", "0"]);
    let help = finish(command(program).arg("--help"));
    let default = |line: &&str| line.contains("--at-once <N>") && line.contains("[default: 64]");
    assert!(help.lines().iter().any(default), "{help:?}");
}

fn download_from_gate(
    program: &str,
    options: &[&str],
    crowd: usize,
    count: usize,
) -> (Run, Vec<String>) {
    let address = gate(crowd);
    let urls: Vec<String> = (0..count).map(|i| format!("http://{address}/{i}")).collect();
    let Download { run, files } = download(program, options, &urls);
    assert_eq!(run.lines().len(), 3 * count + 2, "{run:?}");
    let expected: Vec<_> =
        (0..count).map(|i| (format!("file{i}"), format!("/{i}").into_bytes())).collect();
    assert_eq!(files, expected);
    (run, urls)
}

pub fn says_why_each_download_failed(program: &str) {
    let (faulty, nobody, self_signed) = (server(), nobody(), self_signed());
    let faults = [
        ("/404", "HTTP 404 Not Found"),
        ("/410", "HTTP 410 Gone"),
        ("/500", "HTTP 500 Internal Server Error"),
        ("/503", "HTTP 503 Service Unavailable"),
        ("/204", "HTTP 204 No Content"),
        ("/206", "HTTP 206 Partial Content"),
        ("/302", "HTTP 302 Found"),
        ("/to-a-file", "HTTP 302 Found"),
        ("/loop", "too many redirects"),
        ("/short", "end of file before message length reached after 3 bytes"),
        ("/cut-chunks", "unexpected EOF during chunk size line after 5 bytes"),
        ("/reset", "Connection reset by peer (os error 104)"),
        ("/nothing", "connection closed before message completed"),
        ("/garbage", "invalid HTTP version parsed"),
        ("/endless", "larger than 1048576 bytes"),
    ];
    let faults = faults.map(|(path, reason)| (format!("http://{faulty}{path}"), reason));
    let others = [
        (format!("http://{nobody}/"), "Connection refused (os error 111)"),
        (format!("https://{faulty}/"), "received corrupt message of type InvalidContentType"),
        (format!("https://{self_signed}/"), "invalid peer certificate: "),
        ("http://no-such-host.invalid/".to_owned(), "failed to lookup address information"),
        ("file:///etc/passwd".to_owned(), "URL scheme is not allowed"),
        ("example.com/file".to_owned(), "relative URL without a base"),
        ("http://".to_owned(), "empty host"),
        ("http://a b/".to_owned(), "invalid international domain name"),
    ];
    let faults = [&faults[..], &others[..]].concat();
    let urls: Vec<String> = faults.iter().map(|(url, _)| url.clone()).collect();

    let Download { run, files } = download(program, &["--max-size", "1MiB"], &urls);
    assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""), "{run:?}");
    for (url, reason) in &faults {
        run.position(&format!("Downloading {url}"));
        // Some reasons have details that differ between systems.
        let failed = format!("Failed to download {url}: {reason}");
        assert!(run.lines.iter().any(|line| line.starts_with(&failed)), "no {failed:?}: {run:#?}");
    }
    assert_eq!(run.lines.len(), 2 * faults.len() + 2, "{run:?}");
    assert_eq!(run.lines[run.lines.len() - 1], format!("0 downloaded, {} failed", faults.len()));
    assert_eq!(files, []);
}

/// Each of these would last until the harness ends the program, or until one of
/// the default limits, 5 s, 10 s and 60 s.
pub fn stops_at_its_time_limits(program: &str) {
    // No program accepts connections, and the queue is full: the kernel drops new
    // connections.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let full = listener.local_addr().unwrap();
    let _waiting = TcpStream::connect(full).unwrap();

    let faulty = server();
    // A slow drip never stalls: only the limit of the whole download stops it.
    for (address, path, after, option, default) in [
        (full, "/", "", "--connect-timeout", 5),
        (faulty, "/no-answer", "", "--stall-timeout", 10),
        (faulty, "/stall", " after 3 bytes", "--stall-timeout", 10),
        (faulty, "/drip", " after ", "--timeout", 60),
    ] {
        let url = format!("http://{address}{path}");
        let ends_in_time = || {
            let Download { run, files } =
                download(program, &[option, "500ms"], std::slice::from_ref(&url));
            let failed = &run.lines[1];
            assert!(failed.starts_with(&format!("Failed to download {url}: ")), "{run:?}");
            assert!(failed.contains("timed out"), "{run:?}");
            assert_eq!(run.lines[3], "0 downloaded, 1 failed");
            assert_eq!(files, []);
            assert!(run.elapsed >= Duration::from_millis(500), "{run:?}");
            failed.contains(&format!("timed out{after}"))
                && run.elapsed < Duration::from_secs(default)
        };
        // A busy machine can delay some tries, but not all.
        assert!((0..10).any(|_| ends_in_time()), "{option} is ignored");
    }
}

pub fn keeps_an_older_file_unless_it_has_a_new_one(program: &str) {
    let faulty = server();
    let urls = ["/short", "/new", "/404"].map(|path| format!("http://{faulty}{path}"));
    let directory = tempfile::tempdir().unwrap();
    for i in 0..3 {
        fs::write(directory.path().join(format!("file{i}")), "old").unwrap();
    }
    let run = run_in(directory.path(), program, &into_here(&[], &urls));
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    let expected = [("file0", "old"), ("file1", "/new"), ("file2", "old")];
    assert_eq!(
        files(directory.path()),
        expected.map(|(name, text)| (name.to_owned(), text.into()))
    );
}

pub fn says_that_it_cannot_write(program: &str) {
    let (mute, requests) = mute();
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("occupied"), "").unwrap();
    let into = "occupied/new";
    let run = run_in(directory.path(), program, &["--into", into, &format!("http://{mute}/")]);
    assert_eq!((run.status.code(), run.lines.len()), (Some(1), 0), "{run:?}");
    let error = "Error: cannot create occupied/new: Not a directory (os error 20)\n";
    assert_eq!(run.stderr, error);
    assert_eq!(requests.load(Ordering::Relaxed), 0, "the directory comes before the requests");

    // No user can create a file there.
    let url = format!("http://{}/", server());
    let run = run_in(directory.path(), program, &["--into", "/proc/self", &url]);
    assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""), "{run:?}");
    let failed = format!("Failed to download {url}: ");
    let line = &run.lines[1];
    assert!(line.starts_with(&failed) && line.contains(" at path \"/proc/self/file0"), "{run:?}");

    // A file cannot replace a directory.
    fs::create_dir(directory.path().join("file0")).unwrap();
    let run = run_in(directory.path(), program, &["--into", ".", &url]);
    let failed = format!("Failed to download {url}: cannot save ./file0: ");
    assert!(run.lines[2].starts_with(&failed), "{run:?}");
}

pub fn downloads_the_good_beside_the_bad(program: &str) {
    let (faulty, nobody) = (server(), nobody());
    let bad = ["/short", "/reset", "/stall", "/loop"].map(|path| format!("http://{faulty}{path}"));
    let bad = [&bad[..], &[format!("http://{nobody}/")]].concat();
    let good = (0..5).map(|i| format!("http://{faulty}/good{i}"));
    let urls: Vec<String> = good.zip(bad).flat_map(|(good, bad)| [good, bad]).collect();
    let Download { run, files } = download(program, &["--stall-timeout", "3s"], &urls);
    assert_eq!((run.status.code(), run.stderr.as_str()), (Some(1), ""), "{run:?}");
    assert_eq!(run.lines[run.lines.len() - 1], "5 downloaded, 5 failed");
    let expected: Vec<_> =
        (0..5).map(|i| (format!("file{}", 2 * i), format!("/good{i}").into_bytes())).collect();
    assert_eq!(files, expected);
}

/// Most systems let a program have 1 024 descriptors until it asks for more.
pub fn downloads_a_thousand(program: &str) {
    if most_descriptors() < 4_096 {
        // There are too few descriptors here for a thread per URL.
        return counts_the_failures_without_descriptors(program);
    }
    let (run, files) = download_many(program, 1_000, "ulimit -S -n 1024");
    assert_eq!(run.lines().last(), Some(&"1000 downloaded, 0 failed"));
    assert_eq!(files.len(), 1_000);
}

pub fn counts_the_failures_without_descriptors(program: &str) {
    let many = 300;
    let (run, files) = download_many(program, many, "ulimit -n 128");
    let downloaded = files.len();
    // Only a thread per URL needs more descriptors than there are.
    assert!(downloaded == many || program.ends_with("/downloads"), "{run:?}");
    assert_eq!(run.status.code(), Some(i32::from(downloaded < many)), "{run:?}");
    let last = format!("{downloaded} downloaded, {} failed", many - downloaded);
    assert_eq!(*run.lines.last().unwrap(), last);
    let failed = run.lines.iter().filter(|line| line.starts_with("Failed to download "));
    assert_eq!(failed.count(), many - downloaded);
    assert_eq!(run.stderr, "");
}

/// This test program holds the servers' ends of all connections, and may have only
/// 256 descriptors. Tests that need many of them run one at a time.
static MANY_CONNECTIONS: Mutex<()> = Mutex::new(());

/// A time limit for many downloads at once, which take long on a busy machine.
const PATIENT: [&str; 6] = ["--connect-timeout", "5m", "--stall-timeout", "5m", "--timeout", "10m"];

/// How many descriptors a program can ask for.
fn most_descriptors() -> usize {
    let run = finish(command("sh").args(["-c", "ulimit -H -n"]));
    run.lines()[0].parse().unwrap_or(usize::MAX)
}

fn download_many(program: &str, many: usize, limit: &str) -> (Run, Vec<(String, Vec<u8>)>) {
    let _alone = MANY_CONNECTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let faulty = server();
    let urls: Vec<String> = (0..many).map(|i| format!("http://{faulty}/n{i}")).collect();
    let directory = tempfile::tempdir().unwrap();
    let mut limited = command("sh");
    limited.args(["-c", &format!("{limit}; exec \"$@\""), "sh", program]);
    let run = finish(limited.args(into_here(&PATIENT, &urls)).current_dir(directory.path()));
    let files = files(directory.path());
    for (name, bytes) in &files {
        assert_eq!(*bytes, name.replace("file", "/n").as_bytes(), "{name}");
    }
    (run, files)
}

/// A server may close a kept connection at any time. Without a second request,
/// up to a fifth of these downloads fails.
pub fn repeats_requests_on_closed_connections(program: &str) {
    let _alone = MANY_CONNECTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let urls = if most_descriptors() < 4_096 { 40 } else { 400 };
    for closing in [
        Closing::AfterTheAnswer,
        Closing::Later(Duration::from_micros(200)),
        Closing::Later(Duration::from_millis(2)),
        Closing::ByReset,
    ] {
        let address = closes_kept_connections(closing);
        let directory = tempfile::tempdir().unwrap();
        let path = |i| if i % 2 == 0 { "" } else { "/redirect" };
        let list = (0..urls).map(|i| format!("http://{address}{}/{i}\n", path(i)));
        fs::write(directory.path().join("list"), list.collect::<String>()).unwrap();
        let arguments = [&["--from", "list"][..], &PATIENT].concat();
        let run = run_in(directory.path(), program, &arguments);
        let last = format!("{urls} downloaded, 0 failed");
        assert_eq!(run.lines().last(), Some(&last.as_str()), "{closing:?}");
        for (name, bytes) in files(&directory.path().join("downloads")) {
            assert_eq!(bytes, name.replace("file", "/").as_bytes(), "{name}");
        }
    }
}

/// A new connection that is closed without an answer is a failure: before the
/// first answer, there is no other kind.
pub fn does_not_repeat_the_first_request(program: &str) {
    let (mute, requests) = mute();
    let urls: Vec<String> = (0..3).map(|i| format!("http://{mute}/{i}")).collect();
    let Download { run, .. } = download(program, &[], &urls);
    assert_eq!(run.lines.last().unwrap(), "0 downloaded, 3 failed");
    assert_eq!(requests.load(Ordering::Relaxed), 3);
}

pub fn refuses_a_file_without_certificates(program: &str) {
    let directory = tempfile::tempdir().unwrap();
    let mut command = command(program);
    command.env("SSL_CERT_FILE", "/dev/null").current_dir(directory.path());
    let run = finish(command.arg("https://127.0.0.1:1/"));
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert!(format!("{run:?}").contains("SSL_CERT_FILE holds no certificate"), "{run:?}");
}

/// After an answer, any connection may be one that the server no longer keeps. But the
/// repeated requests have an end.
pub fn repeats_a_request_twenty_times(program: &str) {
    let (address, requests) = moves_and_never_answers();
    let Download { run, .. } = download(program, &[], &[format!("http://{address}/redirect")]);
    assert_eq!(run.lines.last().unwrap(), "0 downloaded, 1 failed");
    // The first one may be lost on the connection of the answer.
    assert!((20..=21).contains(&requests.load(Ordering::Relaxed)), "{requests:?}");
}

/// No URL chooses a name, two equal URLs are two files, nothing is unpacked, and
/// the umask applies as for other files.
pub fn saves_by_number_what_arrives(program: &str) {
    let faulty = server();
    let urls = ["/gzip", "/gzip", "/%2e%2e/%2Fescape", "/a/../../b?c=/d"];
    let urls = urls.map(|path| format!("http://{faulty}{path}"));
    let directory = tempfile::tempdir().unwrap();
    let mut masked = command("sh");
    masked.args(["-c", "umask 026; exec \"$@\"", "sh", program]);
    let run = finish(masked.args(into_here(&[], &urls)).current_dir(directory.path()));
    assert_eq!(run.lines().last(), Some(&"4 downloaded, 0 failed"));
    let expected = ["packed", "packed", "/%2Fescape", "/b?c=/d"];
    let expected = expected.iter().enumerate();
    let expected: Vec<_> =
        expected.map(|(i, text)| (format!("file{i}"), text.as_bytes().to_vec())).collect();
    assert_eq!(files(directory.path()), expected);
    let file = fs::metadata(directory.path().join("file0")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o640);
}

/// Threads, and above all processes, do not print into each other's lines.
pub fn prints_whole_lines(program: &str) {
    let _alone = MANY_CONNECTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let faulty = server();
    let long = "x".repeat(500);
    let urls: Vec<String> = (0..64).map(|i| format!("http://{faulty}/{i}?{long}")).collect();
    let Download { run, .. } = download(program, &PATIENT, &urls);
    for url in &urls {
        run.position(&format!("Downloading {url}"));
        run.position(&format!("Downloaded {url}"));
    }
    assert_eq!(run.lines().len(), 3 * 64 + 2);
}

pub fn prints_no_password(program: &str) {
    let faulty = server();
    // The number of slashes does not matter.
    let urls = ["http://", "http:/", "http:///", "http:"]
        .map(|scheme| format!("{scheme}user:secret@{faulty}/404"));
    let Download { run, .. } = download(program, &[], &urls);
    for scheme in ["http://", "http:/", "http:///", "http:"] {
        let url = format!("{scheme}***@{faulty}/404");
        run.position(&format!("Failed to download {url}: HTTP 404 Not Found"));
    }
    assert!(!format!("{run:?}").contains("secret"), "{run:?}");
}

pub fn takes_a_list_of_urls(program: &str) {
    let faulty = server();
    let directory = tempfile::tempdir().unwrap();
    // A byte order mark, and the line ends of another system.
    let list = format!("\u{feff}http://{faulty}/one\r\n\r\n  http://{faulty}/two  \n");
    fs::write(directory.path().join("list"), &list).unwrap();
    let into = directory.path().join("into");
    let expected = [("file0", "/zero"), ("file1", "/one"), ("file2", "/two")];
    let expected = expected.map(|(name, text)| (name.to_owned(), text.into()));
    let zero = format!("http://{faulty}/zero");

    let arguments = [&zero, "--from", "list", "--into", "into"];
    let run = run_in(directory.path(), program, &arguments);
    assert_eq!(run.lines().last(), Some(&"3 downloaded, 0 failed"));
    assert_eq!(files(&into), expected);

    fs::remove_dir_all(&into).unwrap();
    let mut from_stdin = command(program);
    from_stdin.args([&zero, "--from", "-", "--into", "into"]).current_dir(directory.path());
    let run = finish(from_stdin.stdin(fs::File::open(directory.path().join("list")).unwrap()));
    assert_eq!(run.lines().last(), Some(&"3 downloaded, 0 failed"));
    assert_eq!(files(&into), expected);

    let run = run_in(directory.path(), program, &["--from", "missing"]);
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert_eq!(run.stderr, "Error: cannot read missing: No such file or directory (os error 2)\n");
    // A line that is not UTF-8 is a URL that fails; the others are downloaded.
    let no_text = [format!("http://{}/", nobody()).as_bytes(), b"\xff\n"].concat();
    fs::write(directory.path().join("list"), [&no_text, zero.as_bytes()].concat()).unwrap();
    let run = run_in(directory.path(), program, &["--from", "list", "--into", "into"]);
    assert_eq!(run.lines.last().unwrap(), "1 downloaded, 1 failed");
    assert_eq!(files(&into)[1], ("file1".to_owned(), b"/zero".to_vec()));
    // With an empty list, there is nothing to do, and no loopback site is started.
    fs::write(directory.path().join("empty"), "\n").unwrap();
    let run = run_in(directory.path(), program, &["--from", "empty"]);
    assert_eq!(run.lines(), ["All downloads are finished", "0 downloaded, 0 failed"]);
}

pub fn uses_proxies_for_given_urls_only(program: &str) {
    let (proxy, nobody) = (server(), nobody());
    let directory = tempfile::tempdir().unwrap();
    let mut proxied = command(program);
    proxied.args(["http://example.invalid/", "--into", "."]).current_dir(directory.path());
    let run = finish(proxied.env("http_proxy", format!("http://{proxy}")));
    assert_eq!(run.lines().last(), Some(&"1 downloaded, 0 failed"));
    // The proxy is asked for the whole URL, and answers with it.
    let expected = ("file0".to_owned(), b"http://example.invalid/".to_vec());
    assert_eq!(files(directory.path()), [expected]);

    let run = finish(proxied.env("http_proxy", format!("http://{nobody}")));
    run.position("Failed to download http://example.invalid/: Connection refused (os error 111)");

    let mut own_site = command(program);
    own_site.env("http_proxy", format!("http://{nobody}")).current_dir(directory.path());
    assert_eq!(finish(&mut own_site).lines().last(), Some(&"3 downloaded, 0 failed"));
}

pub fn holds_no_whole_file_in_memory(program: &str) {
    let url = format!("http://{}/large", server());
    let directory = tempfile::tempdir().unwrap();
    let mut limited = command("sh");
    limited.args(["-c", "ulimit -d 65536; exec \"$@\"", "sh", program]);
    let run = finish(limited.args(into_here(&PATIENT, &[url])).current_dir(directory.path()));
    assert_eq!(run.lines().last(), Some(&"1 downloaded, 0 failed"));
    assert_eq!(fs::metadata(directory.path().join("file0")).unwrap().len(), LARGE);
}

/// Killed in mid-download by Ctrl-C or by SIGKILL, the program leaves no process,
/// nothing incomplete under a final name, and nothing else but parts.
pub fn leaves_only_parts_when_killed(program: &str) {
    for (signal, number) in [("INT", 2), ("KILL", 9)] {
        let faulty = server();
        let urls: Vec<String> = (0..3).map(|_| format!("http://{faulty}/drip")).collect();
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("file0"), "old").unwrap();
        // A program that a script starts in the background ignores SIGINT, and so do
        // the programs that it starts.
        let mut killed = command("env");
        killed.args(["--default-signal=INT", program]).args(into_here(&[], &urls));
        killed.current_dir(directory.path());
        let mut child = killed.process_group(0).stdout(Stdio::piped()).spawn().unwrap();
        let group = child.id();
        let started = Instant::now();
        while files(directory.path()).iter().all(|(name, _)| !name.ends_with(".part")) {
            assert!(started.elapsed() < Duration::from_secs(300), "no download begins");
            thread::sleep(Duration::from_millis(1));
        }

        // Ctrl-C goes to the whole group, SIGKILL to the parent alone.
        let whom = if signal == "INT" { format!("-{group}") } else { group.to_string() };
        kill(&format!("-{signal}"), &whom);
        assert_eq!(child.wait().unwrap().signal(), Some(number));
        // The pipe ends when the last process that holds it has ended.
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).all(|line| line.starts_with("Downloading ")));
        for (name, bytes) in files(directory.path()) {
            assert!((name == "file0" && bytes == b"old") || name.ends_with(".part"), "{name}");
        }
    }
}

pub fn refuses_wrong_limits(program: &str) {
    assert_refused(program, &["--stall-timeout", "soon"]);
    assert_refused(program, &["--connect-timeout", "5"]);
    assert_refused(program, &["--timeout", "99999999999999999999s"]);
    assert_refused(program, &["--max-size", "big"]);

    let help = finish(command(program).arg("--help"));
    for option in
        ["--into", "--from", "--connect-timeout", "--stall-timeout", "--timeout", "--max-size"]
    {
        let line = help.lines.iter().find(|line| line.contains(option));
        let explained = |line: &String| option == "--from" || line.contains("[default: ");
        assert!(line.is_some_and(explained), "{option}: {help:?}");
    }
}

fn assert_refused(program: &str, arguments: &[&str]) {
    let run = finish(command(program).args(arguments));
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    assert!(run.stderr.starts_with("error: ") && run.lines.is_empty(), "{run:?}");
}

/// For the program with a process per URL: one of them is killed from outside.
pub fn a_killed_process_is_one_failure(program: &str) {
    let faulty = server();
    let (drip, good) = (format!("http://{faulty}/drip"), format!("http://{faulty}/good"));
    let directory = tempfile::tempdir().unwrap();
    // One at a time, so that the only child is the one to kill.
    let mut child = command(program)
        .args(into_here(&["--at-once", "1"], &[drip.clone(), good]))
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next(), Some(format!("Downloading {drip}")));
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    kill("-KILL", fs::read_to_string(&children).unwrap().trim());

    let rest: Vec<String> = lines.collect();
    let killed = format!("Failed to download {drip}: the process for {drip} was killed by SIGKILL");
    assert_eq!(rest[0], killed);
    assert_eq!(rest[rest.len() - 1], "1 downloaded, 1 failed");
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let files = files(directory.path()).into_iter().filter(|(name, _)| !name.ends_with(".part"));
    assert_eq!(files.collect::<Vec<_>>(), [("file1".to_owned(), b"/good".to_vec())]);
}

struct Download {
    run: Run,
    files: Vec<(String, Vec<u8>)>,
}

/// Downloads into an empty directory.
fn download(program: &str, options: &[&str], urls: &[String]) -> Download {
    let directory = tempfile::tempdir().unwrap();
    let run = run_in(directory.path(), program, &into_here(options, urls));
    Download { run, files: files(directory.path()) }
}

fn into_here(options: &[&str], urls: &[String]) -> Vec<String> {
    let options = ["--into", "."].iter().chain(options).map(|option| (*option).to_owned());
    options.chain(urls.iter().cloned()).collect()
}

fn kill(signal: &str, whom: &str) {
    // This is the shell's own command: a bare Debian has no program of this name.
    let kill = format!("kill {signal} {whom}");
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
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
