//! What a canvas asks of all strokes of a page at once: asking stroke by stroke would cost more than
//! the answers.

use js_sys::Float32Array;
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
            let (mut least, mut most, mut pressed) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN), None);
            for point in record.ink().into_iter().flatten() {
                least = (least.0.min(point.x), least.1.min(point.y));
                most = (most.0.max(point.x), most.1.max(point.y));
                pressed.get_or_insert(point.pressure > 0);
            }
            match pressed {
                None => boxes.extend([f32::NAN; BOX]),
                Some(pressed) => {
                    let units = |eighths: i32| eighths as f32 / 8.0;
                    boxes.extend([units(least.0), units(least.1), units(most.0), units(most.1), f32::from(u8::from(pressed))]);
                }
            }
        }
        Ok(Float32Array::from(boxes.as_slice()))
    }
}
