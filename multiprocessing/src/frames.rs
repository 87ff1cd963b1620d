//! Frames separate the values in a stream of bytes.
//!
//! A socket carries bytes without boundaries: one write can arrive in several
//! pieces, and several writes can arrive as one. So each message goes out as a
//! frame, which begins with its length:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | how many bytes follow |
//! | 8 | kind: for a chunk the number of its map, for an answer its kind |
//! | 8 | the number of the chunk, counted for each worker; an answer repeats it |
//! | 8 | the index of the (first) task that it is about |
//! | 8 | how many values follow |
//! | the rest | values, one after the other, as MessagePack |
//!
//! (Python's pipes do the same, with `pickle` for the values.)

use std::collections::TryReserveError;
use std::os::fd::AsFd;

use rmp_serde::decode::{self, ReadRefReader};
use rmp_serde::{Deserializer, Serializer};
use rustix::buffer::spare_capacity;
use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, recv};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::error::shorten;

const LENGTH: usize = 8;
const HEADER: usize = 40;
/// How many bytes move at a time, at least, if values are small.
pub const ROOM: usize = 64 * 1024;
/// How long a value may be. MessagePack has 32 bits for the length of a text or a
/// list, and the encoder cuts off the other bits. A text or list that is too long
/// for 32 bits takes more bytes than this.
const LARGEST: usize = u32::MAX as usize;

/// The beginning of a frame, without its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// For a chunk, the number of its map; for an answer, its kind.
    pub kind: u64,
    /// The number of the chunk.
    pub chunk: u64,
    /// The index of the (first) task that it is about.
    pub task: usize,
    /// How many values there are.
    pub count: usize,
}

/// Begins a frame at the end of `bytes` and returns where; values follow by
/// [`put`], and [`finish`] ends it.
pub fn begin(bytes: &mut Vec<u8>, header: Header) -> usize {
    let start = bytes.len();
    let Header { kind, chunk, task, count } = header;
    for number in [0, kind, chunk, task as u64, count as u64] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    start
}

/// Adds a value to the frame at the end of `bytes`.
pub fn put<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), String> {
    put_at_most(LARGEST, bytes, value)
}

fn put_at_most<T: Serialize>(most: usize, bytes: &mut Vec<u8>, value: &T) -> Result<(), String> {
    let start = bytes.len();
    // Structs go out as maps from field to value. Otherwise, values after a
    // skipped field would be read into the wrong fields.
    let mut serializer = Serializer::new(&mut *bytes).with_struct_map();
    value.serialize(&mut serializer).map_err(|error| shorten(error.to_string()))?;
    match bytes.len() - start {
        length if length > most => Err(format!("it takes {length} bytes, more than {most}")),
        _ => Ok(()),
    }
}

/// Ends the frame that begins at `start`.
pub fn finish(bytes: &mut [u8], start: usize) {
    let length = (bytes.len() - start - LENGTH) as u64;
    bytes[start..start + LENGTH].copy_from_slice(&length.to_le_bytes());
}

/// A frame that has arrived.
pub struct Frame<'a> {
    pub header: Header,
    /// The values, still as bytes.
    pub bytes: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The values one by one.
    pub fn values(&self) -> Values<'a> {
        Values(Deserializer::from_read_ref(self.bytes))
    }
}

/// Takes the values of a frame out of it.
pub struct Values<'a>(Deserializer<ReadRefReader<'a, [u8]>>);

impl Values<'_> {
    /// The next value.
    pub fn take<T: DeserializeOwned>(&mut self) -> Result<T, String> {
        T::deserialize(&mut self.0).map_err(|error| shorten(error.to_string()))
    }

    /// Expects that no bytes are left over: otherwise a value was read from
    /// only a part of its bytes, and is wrong.
    pub fn end(mut self) -> Result<(), String> {
        match IgnoredAny::deserialize(&mut self.0) {
            Err(decode::Error::InvalidMarkerRead(_)) => Ok(()),
            _ => Err("bytes are left over after the last value".to_owned()),
        }
    }
}

/// The frames that arrive on a socket.
#[derive(Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// How many of the bytes belong to frames that are done with.
    start: usize,
}

impl Frames {
    /// Receives the bytes that are there, once; 0 bytes mean the end of the stream.
    pub fn receive(&mut self, socket: impl AsFd, flags: RecvFlags) -> Result<usize, Errno> {
        if self.bytes.len() == self.bytes.capacity() {
            self.bytes.reserve(ROOM);
        }
        let (count, _) = retry_on_intr(|| recv(&socket, spare_capacity(&mut self.bytes), flags))?;
        Ok(count)
    }

    /// The next frame, if all of it has arrived; otherwise there is room for it
    /// now.
    ///
    /// If no memory can hold it, that is an error: the length can be any number
    /// if a task writes to the socket.
    pub fn next(&mut self) -> Result<Option<Frame<'_>>, TryReserveError> {
        let length = self.length();
        if self.bytes.len() - self.start < length {
            self.forget_old();
            self.bytes.try_reserve_exact((length - self.bytes.len()).max(ROOM))?;
            return Ok(None);
        }
        let frame = &self.bytes[self.start..self.start + length];
        self.start += length;
        let number = |at: usize| u64::from_le_bytes(frame[at..at + 8].try_into().expect("8 bytes"));
        let header = Header {
            kind: number(8),
            chunk: number(16),
            task: number(24) as usize,
            count: number(32) as usize,
        };
        Ok(Some(Frame { header, bytes: &frame[HEADER..] }))
    }

    /// Gives back the memory that a large frame took.
    pub fn shrink(&mut self) {
        self.forget_old();
        self.bytes.shrink_to(ROOM);
    }

    fn forget_old(&mut self) {
        self.bytes.drain(..self.start);
        self.start = 0;
    }

    /// How long the next frame is, or at least how long it must be.
    fn length(&self) -> usize {
        match self.bytes[self.start..].first_chunk::<LENGTH>() {
            Some(length) => {
                (u64::from_le_bytes(*length) as usize).saturating_add(LENGTH).max(HEADER)
            }
            None => HEADER,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use rustix::net::{SendFlags, send};
    use serde::Serializer;
    use serde::ser::SerializeSeq;
    use serde_bytes::ByteBuf;

    use super::*;

    type Message = (u64, u64, usize, Vec<(String, i64)>);

    fn messages() -> impl Strategy<Value = Vec<Message>> {
        let values = vec((".{0,30}", any::<i64>()), 0..6);
        vec((any::<u64>(), any::<u64>(), any::<usize>(), values), 0..5)
    }

    fn encode(messages: &[Message]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (kind, chunk, task, values) in messages {
            let header = Header { kind: *kind, chunk: *chunk, task: *task, count: values.len() };
            let start = begin(&mut bytes, header);
            for value in values {
                put(&mut bytes, value).unwrap();
            }
            finish(&mut bytes, start);
        }
        bytes
    }

    fn decode(frame: &Frame<'_>) -> Message {
        let Header { kind, chunk, task, count } = frame.header;
        let mut values = frame.values();
        let taken = (0..count).map(|_| values.take().unwrap()).collect();
        values.end().unwrap();
        (kind, chunk, task, taken)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// The same frames arrive wherever the stream is cut, each of them as soon
        /// as its last byte is there.
        #[test]
        fn frames_survive_every_cut(
            messages in messages(),
            lengths in vec(1..200_usize, 1..50),
        ) {
            let (ours, theirs) = UnixStream::pair().unwrap();
            let bytes = encode(&messages);
            let mut frames = Frames::default();
            let mut arrived = Vec::new();
            let (mut sent, mut lengths) = (0, lengths.into_iter().cycle());
            while sent < bytes.len() {
                let end = bytes.len().min(sent + lengths.next().unwrap());
                send(&theirs, &bytes[sent..end], SendFlags::empty()).unwrap();
                prop_assert_eq!(frames.receive(&ours, RecvFlags::empty()), Ok(end - sent));
                sent = end;
                while let Some(frame) = frames.next().unwrap() {
                    arrived.push(decode(&frame));
                }
                prop_assert_eq!(encode(&arrived).len() <= sent, true);
            }
            prop_assert_eq!(arrived, messages);
            drop(theirs);
            prop_assert_eq!(frames.receive(&ours, RecvFlags::empty()), Ok(0));
            prop_assert!(frames.next().unwrap().is_none());
        }

        /// No bytes that arrive cause a panic or a read past their end.
        #[test]
        fn garbage_is_refused(bytes in vec(any::<u8>(), 0..200)) {
            let (ours, theirs) = UnixStream::pair().unwrap();
            send(&theirs, &bytes, SendFlags::empty()).unwrap();
            drop(theirs);
            let mut frames = Frames::default();
            while frames.receive(&ours, RecvFlags::empty()).is_ok_and(|count| count > 0) {
                while let Ok(Some(frame)) = frames.next() {
                    prop_assert!(frame.bytes.len() < bytes.len());
                    let _ = frame.values().take::<(String, i64)>();
                }
            }
        }
    }

    #[test]
    fn a_value_that_fills_the_socket_arrives() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let large = ByteBuf::from(vec![3; 3 << 20]);
        let mut bytes = Vec::new();
        let start = begin(&mut bytes, Header { kind: 1, chunk: 2, task: 3, count: 1 });
        put(&mut bytes, &large).unwrap();
        finish(&mut bytes, start);
        let mut frames = Frames::default();
        let mut sent = 0;
        let arrived = loop {
            if let Some(frame) = frames.next().unwrap() {
                break frame.values().take::<ByteBuf>().unwrap();
            }
            sent += send(&theirs, &bytes[sent..], SendFlags::DONTWAIT).unwrap_or(0);
            frames.receive(&ours, RecvFlags::empty()).unwrap();
        };
        assert_eq!(arrived, large);
    }

    /// A list that claims a wrong length.
    struct Liar(usize);

    impl Serialize for Liar {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(Some(self.0))?;
            (0..5_u8).try_for_each(|number| list.serialize_element(&number))?;
            list.end()
        }
    }

    #[test]
    fn bytes_that_are_left_over_are_an_error() {
        // The low 32 bits of this length are 3.
        let mut bytes = Vec::new();
        put(&mut bytes, &Liar((1 << 32) + 3)).unwrap();
        let header = Header { kind: 0, chunk: 0, task: 0, count: 1 };
        let frame = Frame { header, bytes: &bytes };
        let mut values = frame.values();
        assert_eq!(values.take::<Vec<u8>>(), Ok(vec![0, 1, 2]));
        assert_eq!(values.end(), Err("bytes are left over after the last value".to_owned()));
    }

    #[test]
    fn a_value_that_is_too_long_is_refused() {
        let mut bytes = vec![1, 2, 3];
        assert_eq!(put_at_most(6, &mut bytes, &"12345"), Ok(()));
        let told = "it takes 7 bytes, more than 6".to_owned();
        assert_eq!(put_at_most(6, &mut bytes, &"123456"), Err(told));
    }
}
