//! A picture as SVG, for a light and for a dark page.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;

/// An SVG file that is being written.
pub type Xml = Writer<Vec<u8>>;

/// The space around a picture, in its units.
pub const MARGIN: f64 = 12.0;
/// The distance of two lines of text.
pub const LINE: f64 = 17.0;

/// The picture has a ground of its own, so that it can be read on a page that
/// does not follow the reader's preference.
const STYLE: &str = "
text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}
.ground{fill:#fff}.title{font-weight:600;font-size:14px}.small{fill:#59636e;font-size:11px}
.grid{stroke:#d1d9e0;shape-rendering:crispEdges}.middle{text-anchor:middle}.end{text-anchor:end}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.ground{fill:#0d1117}.small{fill:#9198a1}
.grid{stroke:#30363d}}";

/// A whole file: a ground of a size, and what `contents` draws on it. The style
/// comes on top of that of all pictures.
pub fn draw(
    (width, height): (f64, f64),
    what: &str,
    style: &str,
    contents: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    let [width_text, height_text] = [width, height].map(short);
    let size = [
        ("viewBox", format!("0 0 {width_text} {height_text}")),
        ("width", width_text),
        ("height", height_text),
    ];
    let mut xml = Writer::new(Vec::new());
    xml.create_element("svg")
        .with_attribute(("xmlns", "http://www.w3.org/2000/svg"))
        .with_attributes(size.iter().map(|(name, value)| (*name, value.as_str())))
        .with_attribute(("role", "img"))
        .write_inner_content(|xml| {
            title(xml, what)?;
            let style = format!("{STYLE}{style}");
            xml.create_element("style").write_text_content(BytesText::from_escaped(style))?;
            shape(xml, "ground", &rectangle(0.0, 0.0, width, height))?;
            contents(xml)
        })?;
    let mut svg = xml.into_inner();
    svg.push(b'\n');
    Ok(svg)
}

/// Text that begins at a place, or ends there with the class `end`.
pub fn text(xml: &mut Xml, class: &str, x: f64, y: f64, what: &str) -> io::Result<()> {
    let (x, y) = (short(x), short(y));
    let class = (!class.is_empty()).then_some(("class", class));
    xml.create_element("text")
        .with_attributes(class.into_iter().chain([("x", x.as_str()), ("y", y.as_str())]))
        .write_text_content(BytesText::new(what))?;
    Ok(())
}

/// Shapes that tell what they are to who points at them.
pub fn group(
    xml: &mut Xml,
    what: &str,
    shapes: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element("g").write_inner_content(|xml| {
        title(xml, what)?;
        shapes(xml)
    })?;
    Ok(())
}

/// A path.
pub fn shape(xml: &mut Xml, class: &str, path: &str) -> io::Result<()> {
    xml.create_element("path").with_attributes([("class", class), ("d", path)]).write_empty()?;
    Ok(())
}

fn title(xml: &mut Xml, what: &str) -> io::Result<()> {
    xml.create_element("title").write_text_content(BytesText::new(what))?;
    Ok(())
}

/// A rectangle as a path, which is shorter.
pub fn rectangle(x: f64, y: f64, width: f64, height: f64) -> String {
    let [x, y, width, height] = [x, y, width, height].map(short);
    format!("M{x} {y}h{width}v{height}h-{width}z")
}

/// A length to the hundredth.
pub fn short(length: f64) -> String {
    ((length * 100.0).round() / 100.0).to_string()
}
