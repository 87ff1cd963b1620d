//! What a reader sees of the results: in a terminal, in Markdown, in pictures.

mod answer;
pub mod axis;
mod chart;
pub mod file;
pub mod html;
pub mod markdown;
pub mod output;
pub mod page;
pub mod pictures;
mod progress;
mod style;
mod terminal;
pub mod text;
pub mod units;

pub use progress::Progress;
pub use style::Style;
pub use terminal::Report;
