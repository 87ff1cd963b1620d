//! Results as a file that programs can read.

use serde::Serialize;

use crate::claims;
use crate::results::{Measured, Results, Speedup};
use crate::trouble::Trouble;

/// The file: the results, with their verdicts and claims.
#[derive(Serialize)]
struct File<'a> {
    verdicts: Vec<Speedup>,
    claims: Vec<claims::Judged>,
    #[serde(flatten)]
    results: &'a Results,
}

/// Results as JSON that people can read, too.
pub fn to_json(results: &Results) -> Result<String, Trouble> {
    let file = File {
        verdicts: results.workloads.iter().flat_map(Measured::speedups).collect(),
        claims: claims::judge(results),
        results,
    };
    let text = serde_json::to_string_pretty(&file).map_err(Trouble::own("cannot write JSON"))?;
    Ok(text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{made_up, read};
    use crate::section::Section;

    #[test]
    fn a_program_finds_verdicts_and_claims_and_all_that_was_measured() {
        let mut results = made_up::results();
        let times = [("sequential_map", 0.1 + 0.2), ("pool_map", 0.1)];
        results.workloads.push(made_up::workload(Section::Cpu, "mapping", &times));
        let json: serde_json::Value = serde_json::from_str(&to_json(&results).unwrap()).unwrap();
        let verdict = &json["verdicts"][0];
        assert_eq!(verdict["workload"], "mapping");
        assert_eq!(verdict["program"], "pool_map");
        assert_eq!(verdict["baseline"], "sequential_map");
        assert_eq!(verdict["verdict"], "faster");
        assert_eq!(verdict["rounds"], 8);
        for key in ["speedup", "low", "high"] {
            assert!((verdict[key].as_f64().unwrap() - 3.0).abs() < 1e-9, "{verdict}");
        }
        let claim = &json["claims"][0];
        assert!(claim["says"].is_string() && claim["places"].is_array(), "{claim}");
        assert!(claim["figure"].is_string() && claim["verdict"].is_string(), "{claim}");
        assert_eq!(json["seconds"], 100.0);

        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), json.to_string()).unwrap();
        assert_eq!(read(file.path()).unwrap(), results);
    }
}
