//! From what was asked for to what is measured.

use std::time::Duration;

use common::site::Site;

use crate::machine::{Machine, usable_cores};
use crate::maker::{Maker, Scale};
use crate::noise::Noise;
use crate::peers::{self, Peers};
use crate::programs;
use crate::progress::Progress;
use crate::record::{FORMAT, Record};
use crate::rounds::Session;
use crate::section::Section;
use crate::sections::curl::Nginx;
use crate::sections::{break_even, chosen, cpu, io, pool, start, traps, waits};
use crate::signals::Signals;
use crate::trouble::Trouble;
use crate::workload::Workload;

/// What was asked for.
pub struct Plan<'a> {
    /// Sections, or programs; nothing for all sections.
    pub what: &'a [String],
    /// For programs.
    pub arguments: &'a [String],
    /// How much.
    pub scale: Scale,
    /// Whether peers run in every section where they can.
    pub peers: bool,
    /// How many rounds, if not as many as each workload says.
    pub rounds: Option<u32>,
    /// How long a run may take before it counts as hung.
    pub time_limit: Option<Duration>,
}

impl Plan<'_> {
    /// Measures it.
    ///
    /// # Errors
    ///
    /// The first [`Trouble`]; nothing is left of the run then.
    pub fn run(&self, signals: &Signals) -> Result<Record, Trouble> {
        let sections = self.sections()?;
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
            .map_err(Trouble::own("cannot adopt the programs' descendants"))?;
        let machine = Machine::look();
        let mut notes = Vec::new();
        let peers = match (self.peers, sections.contains(&Section::Pool)) {
            (true, _) => Peers::find(peers::ALL, &mut notes, signals)?,
            (_, true) => Peers::find(peers::BARE, &mut notes, signals)?,
            _ => Peers::none(),
        };
        let nginx = match sections.contains(&Section::Curl) {
            true => Nginx::start(self.scale, &mut notes)?,
            false => None,
        };
        let site = Site::start().map_err(Trouble::own("cannot start the loopback site"))?;
        let mut noise = Noise::new(usable_cores());
        (0..5).for_each(|_| noise.spin());
        let maker = Maker {
            programs: programs::directory()?,
            scale: self.scale,
            alone: sections.len() == 1,
            steps: noise.fastest_steps(),
            site: &site,
            peers: &peers,
            with_peers: self.peers,
        };
        let mut workloads = self.workloads(&maker, &sections, nginx.as_ref())?;
        for entry in workloads.iter_mut().flat_map(|workload| &mut workload.entries) {
            let holders = entry.holders.iter_mut().flat_map(|h| [&mut *h.one, &mut *h.many]);
            for invocation in holders.map(|e| &mut e.invocation).chain([&mut entry.invocation]) {
                invocation.limit = self.time_limit.unwrap_or(invocation.limit);
            }
        }
        for entry in workloads.iter().flat_map(|workload| &workload.entries) {
            let holders = entry.holders.iter().flat_map(|h| [&*h.one, &*h.many]);
            for entry in holders.chain([entry]) {
                programs::check(entry)?;
            }
        }

        let rounds = self.rounds.map(|rounds| rounds as usize);
        let expected = workloads.iter().map(|workload| workload.expected(rounds));
        let progress = Progress::new(expected.sum());
        let (cores, time_limit) = (usable_cores(), self.time_limit);
        let session = Session { signals, progress: &progress, cores, rounds, time_limit };
        let comparisons =
            workloads.iter().map(|workload| session.compare(workload)).collect::<Result<_, _>>()?;
        Ok(Record { format: FORMAT, machine, sections, comparisons, notes })
    }

    /// The sections that were asked for; `programs` if it was programs.
    fn sections(&self) -> Result<Vec<Section>, Trouble> {
        if self.what.iter().any(String::is_empty) {
            return Err(Trouble::Usage("an empty name is no section and no program".to_owned()));
        }
        let named: Vec<Option<Section>> = self.what.iter().map(|n| Section::named(n)).collect();
        let all = || Section::ALL.into_iter();
        if named.iter().all(Option::is_none) && !named.is_empty() {
            if let [only] = self.what {
                let sections: Vec<String> = all().map(Section::name).collect();
                return Err(Trouble::Usage(format!(
                    "{only} is no section ({}), and one program cannot be compared",
                    sections.join(", ")
                )));
            }
            return Ok(vec![Section::Programs]);
        }
        if let Some(odd) = self.what.iter().zip(&named).find(|(_, s)| s.is_none()) {
            return Err(Trouble::Usage(format!(
                "{} is no section: name either sections or programs",
                odd.0
            )));
        }
        if !self.arguments.is_empty() {
            return Err(Trouble::Usage(
                "arguments are for programs, and sections have their own".to_owned(),
            ));
        }
        let asked: Vec<Section> = named.into_iter().flatten().collect();
        if asked.is_empty() || asked.iter().any(|section| section.is_derived()) {
            let beside_curl = self.scale == Scale::Full || asked.contains(&Section::Curl);
            return Ok(all().filter(|section| *section != Section::Curl || beside_curl).collect());
        }
        Ok(all().filter(|section| asked.contains(section)).collect())
    }

    fn workloads(
        &self,
        maker: &Maker<'_>,
        sections: &[Section],
        nginx: Option<&Nginx>,
    ) -> Result<Vec<Workload>, Trouble> {
        let mut workloads = Vec::new();
        for section in sections {
            workloads.extend(match section {
                Section::Cpu => cpu::workloads(maker, None),
                Section::Io => io::workloads(maker),
                Section::Waits => waits::workloads(maker),
                Section::Start => start::workloads(maker),
                Section::Pool => pool::workloads(maker),
                Section::Traps => traps::workloads(maker),
                Section::BreakEven => break_even::workloads(maker),
                Section::Curl => match nginx {
                    Some(nginx) => nginx.workloads(maker)?,
                    None => Vec::new(),
                },
                // Made from the figures of the others.
                Section::Claims | Section::Thresholds => Vec::new(),
                Section::Programs => vec![chosen::workload(maker, self.what, self.arguments)?],
            });
        }
        Ok(workloads)
    }
}
