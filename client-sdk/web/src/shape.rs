//! Records and presences as `api.ts` describes them.

use kakehashi_client::Client;
use kakehashi_protocol::ids::{ActorId, DocumentId};
use kakehashi_protocol::presence::{Place, Presence, Transform, Whereabouts};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::schema::{Key, Kind, Value};

use crate::json::Json;
use crate::numbers::{ALIGNMENTS, BACKGROUNDS, INK, LETTERS_EIGHTHS, LINE_EIGHTHS};

/// A shape of a page.
pub fn write_shape(json: &mut Json, client: &Client, document: DocumentId, record: &Record) {
    json.raw("{").key("id").text(&record.id().to_string()).key("author").text(&record.id().actor.to_string());
    for (name, key) in [("x", Key::X), ("y", Key::Y)] {
        json.key(name).units(record.int(key));
    }
    json.key("rotation").fixed(record.int(Key::Rotation), 2);
    json.key("locked").bool(record.is(Key::Locked));
    json.key("unsaved").bool(client.is_unsaved(document, record.id()));
    json.key("kind").text(kind_name(record.kind()));
    match record.kind() {
        Some(Kind::Stroke) => {
            json.key("tool").text(if record.int(Key::Tool) == 1 { "highlighter" } else { "pen" });
            write_line(json, record);
            for (name, key) in [("scaleX", Key::ScaleX), ("scaleY", Key::ScaleY)] {
                let scale = record.int(key);
                json.key(name).fixed(if scale == 0 { 1_000 } else { scale }, 3);
            }
            json.key("points").int(i64::from(record.ink().map_or(0, |ink| ink.points())));
        }
        Some(Kind::Rectangle | Kind::Ellipse) => {
            write_size(json, record);
            write_line(json, record);
            write_fill(json, record);
        }
        Some(Kind::Line | Kind::Arrow | Kind::Polygon) => {
            json.key("path").raw("[");
            if let Some(Value::Path(path)) = record.get(Key::Path) {
                for (x, y) in path {
                    json.next().units(i64::from(x));
                    json.next().units(i64::from(y));
                }
            }
            json.raw("]");
            write_line(json, record);
            write_fill(json, record);
        }
        Some(Kind::Text | Kind::Note) => {
            write_size(json, record);
            json.key("color").color(color(record, Key::Color).unwrap_or(INK));
            write_fill(json, record);
            let size = record.int(Key::FontSize);
            json.key("fontSize").units(if size == 0 { LETTERS_EIGHTHS } else { size });
            json.key("align").text(ALIGNMENTS[(record.int(Key::Align) as usize).min(ALIGNMENTS.len() - 1)]);
            json.key("text").text(&record.text().map(ToString::to_string).unwrap_or_default());
        }
        Some(Kind::Image) => {
            write_size(json, record);
            json.key("asset");
            match record.get(Key::Asset) {
                Some(Value::Hash(hash)) => json.hash(&hash),
                _ => json.text(""),
            };
        }
        _ => {}
    }
    json.raw("}");
}

const fn kind_name(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Stroke) => "stroke",
        Some(Kind::Rectangle) => "rectangle",
        Some(Kind::Ellipse) => "ellipse",
        Some(Kind::Line) => "line",
        Some(Kind::Arrow) => "arrow",
        Some(Kind::Polygon) => "polygon",
        Some(Kind::Text) => "text",
        Some(Kind::Note) => "note",
        Some(Kind::Image) => "image",
        _ => "unknown",
    }
}

/// The kind with a name of `api.ts`.
pub fn kind_of(name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.is_shape() && kind_name(Some(*kind)) == name)
}

fn color(record: &Record, key: Key) -> Option<[u8; 4]> {
    match record.get(key) {
        Some(Value::Color(color)) => Some(color),
        _ => None,
    }
}

fn write_size(json: &mut Json, record: &Record) {
    json.key("width").units(record.int(Key::Width)).key("height").units(record.int(Key::Height));
}

fn write_line(json: &mut Json, record: &Record) {
    json.key("color").color(color(record, Key::Color).unwrap_or(INK));
    let set = record.get(Key::StrokeWidth).is_some();
    json.key("strokeWidth").units(if set { record.int(Key::StrokeWidth) } else { LINE_EIGHTHS });
}

fn write_fill(json: &mut Json, record: &Record) {
    json.key("fill");
    match color(record, Key::Fill) {
        Some(color) => json.color(color),
        None => json.raw("null"),
    };
}

/// A page's entry, in the cover or at a desk.
pub fn write_page(json: &mut Json, listing: DocumentId, record: &Record) {
    let title = match record.get(Key::Title) {
        Some(Value::Text(title)) => title,
        _ => String::new(),
    };
    json.raw("{").key("id").text(&record.id().to_string()).key("title").text(&title);
    json.key("hidden").bool(record.is(Key::Hidden)).key("locked").bool(record.is(Key::Locked));
    json.key("background").text(BACKGROUNDS[(record.int(Key::Background) as usize).min(BACKGROUNDS.len() - 1)]);
    if listing != DocumentId::COVER {
        json.key("desk").text(&listing.to_string());
    }
    json.raw("}");
}

/// Who somebody is and where; the object is left open.
fn write_whereabouts(json: &mut Json, actor: ActorId, whereabouts: &Whereabouts) {
    json.raw("{").key("actor").text(&actor.to_string()).key("name").text(&whereabouts.name).key("color").color(whereabouts.color);
    let document = whereabouts.document.map(|document| document.to_string());
    let following = whereabouts.following.map(|actor| actor.to_string());
    for (name, value) in [("page", document), ("following", following)] {
        json.key(name);
        match value {
            Some(value) => json.text(&value),
            None => json.raw("null"),
        };
    }
}

/// Somebody who is on the board.
pub fn write_person(json: &mut Json, actor: ActorId, whereabouts: &Whereabouts) {
    write_whereabouts(json, actor, whereabouts);
    json.raw("}");
}

/// What somebody shows.
pub fn write_presence(json: &mut Json, actor: ActorId, presence: &Presence) {
    write_whereabouts(json, actor, &presence.whereabouts());
    for (name, place) in [("cursor", presence.cursor), ("laser", presence.laser)] {
        json.key(name);
        match place {
            Some(Place { x, y }) => json.raw("{").key("x").units(i64::from(x)).key("y").units(i64::from(y)).raw("}"),
            None => json.raw("null"),
        };
    }
    json.key("viewport");
    match presence.viewport {
        Some(area) => {
            json.raw("{").key("x").units(i64::from(area.x)).key("y").units(i64::from(area.y));
            json.key("width").units(i64::from(area.width)).key("height").units(i64::from(area.height)).raw("}")
        }
        None => json.raw("null"),
    };
    json.key("selection");
    write_names(json, presence.selection.iter());
    json.key("editing");
    match presence.editing {
        Some(record) => json.text(&record.to_string()),
        None => json.raw("null"),
    };
    json.key("preview");
    match &presence.preview {
        Some(preview) => {
            json.raw("{").key("records");
            write_names(json, preview.records.iter());
            json.key("transform").raw("[");
            let Transform { a, b, c, d, e, f } = preview.transform;
            for factor in [a, b, c, d] {
                // Nine decimals hold twenty binary places to a tenth of the last.
                json.next().fixed(i64::from(factor) * 1_000_000_000 / i64::from(Transform::ONE), 9);
            }
            for moved in [e, f] {
                json.next().units(i64::from(moved));
            }
            json.raw("]}")
        }
        None => json.raw("null"),
    };
    json.raw("}");
}

/// Names as a list of strings.
pub fn write_names<'a>(json: &mut Json, names: impl Iterator<Item = &'a kakehashi_protocol::ids::RecordId>) {
    json.raw("[");
    for name in names {
        json.next().text(&name.to_string());
    }
    json.raw("]");
}
