//! A minimal static web server that records all requests.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

pub struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves a folder on a free port until the test process ends.
    pub fn start(folder: &Path) -> Self {
        Self::failing(folder, "", 0)
    }

    /// Like `start`, but answers the first `failures` requests for `path` with status 503.
    pub fn failing(folder: &Path, path: &str, failures: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::new(Site {
            folder: folder.to_owned(),
            failing_path: path.to_owned(),
            failures,
            requests: requests.clone(),
        });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || answer(stream, &shared));
            }
        });
        Server { address, requests }
    }

    pub fn url(&self, rest: &str) -> String {
        format!("http://{}/{rest}", self.address)
    }

    /// Returns the requested paths in order.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no thread panicked").clone()
    }
}

struct Site {
    folder: PathBuf,
    failing_path: String,
    failures: usize,
    requests: Arc<Mutex<Vec<String>>>,
}

fn answer(mut stream: TcpStream, site: &Site) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let Some(request) = lines.next() else { return };
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = request.split(' ').nth(1).and_then(|target| target.split('?').next()).unwrap_or("/").to_owned();
    let count = {
        let mut requests = site.requests.lock().expect("no thread panicked");
        requests.push(path.clone());
        requests.iter().filter(|request| **request == path).count()
    };
    let file = file_of(&site.folder, &path);
    let (status, body) = match std::fs::read(&file) {
        _ if site.failing_path == path && count <= site.failures => ("503 Service Unavailable", Vec::new()),
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let kind = if path.ends_with(".png") { "image/png" } else { "text/html; charset=utf-8" };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // A browser may close the connection early when it cancels a request.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

/// Returns the file of a path: percent-encoded, and `index.html` for a folder.
fn file_of(folder: &Path, path: &str) -> PathBuf {
    let relative = String::from_utf8(percent_decoded(&path[1..])).expect("UTF-8");
    folder.join(if relative.is_empty() || relative.ends_with('/') { relative + "index.html" } else { relative })
}

pub fn percent_decoded(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two digits"));
        bytes.extend(part[2..].bytes());
    }
    bytes
}

#[test]
fn paths_are_decoded() {
    let file = |path: &str| file_of(Path::new("/site"), path).display().to_string();
    assert_eq!(file("/"), "/site/index.html");
    assert_eq!(file("/my%20%C3%BC%25/"), "/site/my ü%/index.html");
    assert_eq!(file("/a/0/0/0.png"), "/site/a/0/0/0.png");
}

#[test]
fn files_are_served_and_requests_recorded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.png"), b"tile").expect("a file");
    let server = Server::failing(folder.path(), "/a.png", 1);
    let get = |path: &str| {
        let mut stream = TcpStream::connect(&server.address).expect("a server");
        write!(stream, "GET {path}?x=1 HTTP/1.1\r\nHost: test\r\n\r\n").expect("a request");
        std::io::read_to_string(stream).expect("an answer")
    };
    assert!(get("/a.png").starts_with("HTTP/1.1 503"));
    assert!(get("/a.png").ends_with("\r\n\r\ntile"));
    assert!(get("/b.png").starts_with("HTTP/1.1 404"));
    assert_eq!(server.requests(), ["/a.png", "/a.png", "/b.png"]);
}
