//! Shows the results in a terminal, in Markdown, in HTML and in pictures.

mod answer;
pub mod axis;
pub mod chart;
pub mod html;
pub mod json;
pub mod markdown;
pub mod page;
pub mod pictures;
mod progress;
mod terminal;

pub use progress::Progress;
pub use terminal::Report;
