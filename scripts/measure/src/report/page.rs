//! A picture as SVG, for a light and for a dark page.

use crate::text::{escape, printable};

/// The space around a picture, in its units.
pub const MARGIN: f64 = 12.0;
/// The distance of two lines of text.
pub const LINE: f64 = 17.0;

/// The picture has its own background, so that it can be read on a page that
/// ignores the reader's preference.
const STYLE: &str = "
text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}
.ground{fill:#fff}.title{font-weight:600;font-size:14px}.small{fill:#59636e;font-size:11px}
.grid{stroke:#d1d9e0;shape-rendering:crispEdges}.middle{text-anchor:middle}.end{text-anchor:end}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.ground{fill:#0d1117}.small{fill:#9198a1}
.grid{stroke:#30363d}}";

/// A whole file: contents on a background of a size. The style is added to the common
/// style of all pictures.
pub fn draw((width, height): (f64, f64), what: &str, style: &str, contents: &str) -> Vec<u8> {
    let ground = shape("ground", &rectangle(0.0, 0.0, width, height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\">{}<style>{STYLE}{style}</style>\
         {ground}{contents}</svg>\n",
        title(what)
    )
    .into_bytes()
}

/// Text that begins at a place, or ends there with the class `end`.
pub fn text(class: &str, x: f64, y: f64, what: &str) -> String {
    let what = escape(&printable(what));
    format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{what}</text>", short(x), short(y))
}

/// Shapes with a text that is shown when the reader points at them.
pub fn group(what: &str, shapes: &str) -> String {
    format!("<g>{}{shapes}</g>", title(what))
}

pub fn shape(class: &str, path: &str) -> String {
    format!("<path class=\"{class}\" d=\"{path}\"/>")
}

fn title(what: &str) -> String {
    format!("<title>{}</title>", escape(what))
}

/// A rectangle as a path, which is shorter.
pub fn rectangle(x: f64, y: f64, width: f64, height: f64) -> String {
    let [x, y, width, height] = [x, y, width, height].map(short);
    format!("M{x} {y}h{width}v{height}h-{width}z")
}

/// A length, rounded to hundredths.
pub fn short(length: f64) -> f64 {
    (length * 100.0).round() / 100.0
}
