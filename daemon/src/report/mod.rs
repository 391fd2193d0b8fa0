//! What is shown of a parcel, to people and to programs. Pure: record, judgement, names and now in, values out. It reads what the
//! store hands it, and knows neither HTTP nor templates of pages.

pub mod alert;
pub mod evidence;
mod form;
pub mod history;
pub mod json;
mod judged;
pub mod names;
mod reader;
pub mod system;
pub mod times;
pub mod view;
pub mod words;

pub use judged::{Judged, JudgementContext, judge};
pub use names::Names;
pub use reader::Reader;
pub use view::ParcelView;
