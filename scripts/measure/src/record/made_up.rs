//! Records for tests, which then set what they are about.

use super::{Clock, Comparison, FORMAT, Record, Row, Sample};
use crate::machine::Machine;
use crate::noise::Noise;
use crate::section::Section;
use crate::tree::Peak;

pub fn record(comparisons: Vec<Comparison>) -> Record {
    let machine = Machine::look();
    Record { format: FORMAT, machine, sections: Vec::new(), comparisons, notes: Vec::new() }
}

pub fn comparison(name: String, section: Section, size: u64, rows: Vec<Row>) -> Comparison {
    Comparison {
        name,
        section,
        title: String::new(),
        size: Some(size),
        unit: None,
        clock: Clock::Printed,
        together: false,
        rounds_together: false,
        rows,
        noise: Noise::new(2),
    }
}

pub fn row(program: &str, samples: Vec<Sample>) -> Row {
    Row {
        program: program.to_owned(),
        arguments: Vec::new(),
        units: 1,
        samples,
        peak: Peak::default(),
        memory_each: None,
        left_out: None,
    }
}
