//! Shows the results in a terminal, in Markdown, in HTML and in pictures.

mod answer;
pub mod axis;
pub mod chart;
pub mod html;
pub mod markdown;
pub mod output;
pub mod page;
pub mod pictures;
mod progress;
mod terminal;
pub mod text;
pub mod units;

pub use progress::Progress;
pub use terminal::Report;
