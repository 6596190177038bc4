//! What a canvas asks of all strokes of a page at once: asking stroke by stroke would cost more than
//! the answers.

use js_sys::Float32Array;
use kakehashi_protocol::ink::Bounds;
use wasm_bindgen::prelude::*;

use crate::{Core, document};

/// Numbers a record has in [`Core::ink_boxes`].
const BOX: usize = 5;

#[wasm_bindgen]
impl Core {
    /// Of each record that `records` lists, in the same order: the least and greatest x, y of its ink's
    /// points as left, top, right, bottom, and 1 if the first point has pressure, else 0. Of a record
    /// without ink all five are `NaN`.
    pub fn ink_boxes(&self, name: &str) -> Result<Float32Array, JsValue> {
        let records = self.client.records(document(name)?);
        let mut boxes = Vec::with_capacity(records.len() * BOX);
        for record in records {
            let seen = record.ink().and_then(|ink| Some((ink.bounds()?, ink.iter().next()?)));
            match seen {
                None => boxes.extend([f32::NAN; BOX]),
                Some((Bounds { x_min, y_min, x_max, y_max }, first)) => {
                    let units = |eighths: i32| eighths as f32 / 8.0;
                    boxes.extend([units(x_min), units(y_min), units(x_max), units(y_max), f32::from(u8::from(first.pressure > 0))]);
                }
            }
        }
        Ok(Float32Array::from(boxes.as_slice()))
    }
}
