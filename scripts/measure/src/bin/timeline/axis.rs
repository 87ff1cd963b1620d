//! Where a time axis has its marks.

/// The marks of an axis from 0 to `end` seconds, with what stands beside them,
/// at least `apart` of the axis (of 1) from one another.
pub fn marks(end: f64, apart: f64) -> Vec<(f64, String)> {
    let least = (end * apart).max(1e-6);
    let power = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power);
    let step = step.into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(least);
    let (unit, name) = if step < 1e-3 {
        (1e-6, "us")
    } else if end < 1.0 {
        (1e-3, "ms")
    } else {
        (1.0, "s")
    };
    // Steps of 0.5, 0.2, 0.1 units and less need decimals.
    let decimals = (-(step / unit).log10()).ceil().max(0.0) as usize;
    let count = (end / step + 1e-9) as usize;
    let moments = (0..=count).map(|i| i as f64 * step);
    moments.map(|moment| (moment, format!("{:.*} {name}", decimals, moment / unit))).collect()
}
