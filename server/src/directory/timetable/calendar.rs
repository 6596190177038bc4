//! Scheduled sessions as iCalendar (RFC 5545). Times are local, with their zone: a weekly lesson at 09:40 stays at 09:40
//! over a change of the clocks, which no rule in UTC can say. Each zone is described as far as its sessions reach, one
//! change of the clocks after the other as the database has them, so nothing depends on what a program knows of zones.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::{Dst, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use super::Scheduled;
use super::lines::Lines;
use super::plan::{Exception, Plan, Zone};
use crate::directory::token::hex;

/// Who wrote it.
const PRODUCT: &str = "-//Kakehashi//Timetable//EN";
/// How often programs should read it again.
const REFRESH: &str = "PT1H";
const LOCAL: &str = "%Y%m%dT%H%M%S";
const UTC: &str = "%Y%m%dT%H%M%SZ";

/// A calendar of these sessions. `origin`: of the addresses of boards, such as `https://board.example`.
#[must_use]
pub fn write(name: &str, origin: Option<&str>, sessions: &[Scheduled]) -> String {
    let mut lines = Lines::default();
    lines.component("VCALENDAR", |lines| {
        lines.plain("VERSION", "2.0");
        lines.plain("PRODID", PRODUCT);
        lines.plain("CALSCALE", "GREGORIAN");
        // RFC 7986, and what programs took before it.
        lines.text("NAME", name);
        lines.text("X-WR-CALNAME", name);
        lines.plain("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
        lines.plain("X-PUBLISHED-TTL", REFRESH);
        let mut zones: BTreeMap<&str, (&Zone, Timestamp, Timestamp)> = BTreeMap::new();
        for session in sessions {
            for (from, to) in session.plan.occurrences(&session.exceptions).filter_map(|one| reach(&session.plan, &one)) {
                let known = zones.entry(session.plan.zone.name()).or_insert((&session.plan.zone, from, to));
                (known.1, known.2) = (known.1.min(from), known.2.max(to));
            }
        }
        for (zone, from, to) in zones.into_values() {
            write_zone(lines, zone, from, to);
        }
        for session in sessions {
            write_session(lines, session, origin);
        }
    });
    lines.finish()
}

/// From when to when an occurrence needs its zone: where it was moved, by where it was too.
fn reach(plan: &Plan, one: &super::plan::Occurrence) -> Option<(Timestamp, Timestamp)> {
    let planned = plan.start_on(one.date).ok()?.timestamp();
    let ends = one.starts.timestamp().checked_add(SignedDuration::from_mins(i64::from(one.minutes))).ok()?;
    Some((planned.min(one.starts.timestamp()), planned.max(ends)))
}

fn write_session(lines: &mut Lines, session: &Scheduled, origin: Option<&str>) {
    let Scheduled { plan, exceptions, .. } = session;
    let zone = plan.zone.name();
    let Some(until) = plan.until else {
        let exception = exceptions.get(&plan.first.date());
        let start = match exception {
            Some(Exception::Moved(to)) => *to,
            _ => plan.first,
        };
        return write_event(lines, session, origin, start, |lines| {
            if exception == Some(&Exception::Cancelled) {
                lines.plain("STATUS", "CANCELLED");
            }
        });
    };
    write_event(lines, session, origin, plan.first, |lines| {
        // The last moment of the last day, in UTC as the rule wants it.
        if let Ok(last) = plan.moment(until.at(23, 59, 59, 0)) {
            lines.plain("RRULE", &format!("FREQ=WEEKLY;UNTIL={}", last.timestamp().strftime(UTC)));
        }
        for date in exceptions.iter().filter(|(_, exception)| **exception == Exception::Cancelled).map(|(date, _)| date) {
            lines.plain(&format!("EXDATE;TZID={zone}"), &date.to_datetime(plan.first.time()).strftime(LOCAL).to_string());
        }
    });
    for (date, exception) in exceptions {
        if let Exception::Moved(to) = exception {
            write_event(lines, session, origin, *to, |lines| {
                let planned = date.to_datetime(plan.first.time()).strftime(LOCAL).to_string();
                lines.plain(&format!("RECURRENCE-ID;TZID={zone}"), &planned);
            });
        }
    }
}

fn write_event(lines: &mut Lines, session: &Scheduled, origin: Option<&str>, start: DateTime, more: impl FnOnce(&mut Lines)) {
    let changed = i64::try_from(session.changed_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
    let changed = changed.strftime(UTC).to_string();
    lines.component("VEVENT", |lines| {
        lines.plain("UID", &hex(&session.uid));
        lines.plain("DTSTAMP", &changed);
        lines.plain("LAST-MODIFIED", &changed);
        lines.plain("SEQUENCE", &session.sequence.to_string());
        lines.plain(&format!("DTSTART;TZID={}", session.plan.zone.name()), &start.strftime(LOCAL).to_string());
        lines.plain("DURATION", &format!("PT{}M", session.plan.minutes));
        more(lines);
        lines.text("SUMMARY", &session.title);
        if !session.rooms.is_empty() {
            let rooms: Vec<_> = session.rooms.iter().map(|room| format!("{} {}", room.site, room.room)).collect();
            lines.text("LOCATION", &rooms.join(", "));
        }
        if let Some(origin) = origin {
            let link = format!("{origin}/b/{}", session.board);
            lines.plain("URL", &link);
            // Many programs show no URL.
            lines.text("DESCRIPTION", &link);
        }
    });
}

/// A zone, from the change of its clocks before `from` on until the last before `to`.
fn write_zone(lines: &mut Lines, zone: &Zone, from: Timestamp, to: Timestamp) {
    let rules = zone.rules();
    lines.component("VTIMEZONE", |lines| {
        lines.plain("TZID", zone.name());
        let first = rules.preceding(from).next().map(|change| change.timestamp());
        if first.is_none() {
            let info = rules.to_offset_info(from);
            write_observance(
                lines,
                info.dst(),
                info.offset(),
                info.offset(),
                info.abbreviation(),
                DateTime::constant(1970, 1, 1, 0, 0, 0, 0),
            );
        }
        let later = rules.following(from).map(|change| change.timestamp()).take_while(|at| *at < to);
        for at in first.into_iter().chain(later) {
            let before = offset_before(rules, at);
            let info = rules.to_offset_info(at);
            write_observance(lines, info.dst(), before, info.offset(), info.abbreviation(), before.to_datetime(at));
        }
    });
}

fn offset_before(rules: &TimeZone, at: Timestamp) -> Offset {
    rules.to_offset(at.checked_sub(SignedDuration::from_secs(1)).unwrap_or(at))
}

fn write_observance(lines: &mut Lines, dst: Dst, from: Offset, to: Offset, name: &str, begins: DateTime) {
    lines.component(if dst.is_dst() { "DAYLIGHT" } else { "STANDARD" }, |lines| {
        lines.plain("DTSTART", &begins.strftime(LOCAL).to_string());
        lines.plain("TZOFFSETFROM", &written_offset(from));
        lines.plain("TZOFFSETTO", &written_offset(to));
        lines.text("TZNAME", name);
    });
}

/// Hours and minutes with a sign; zones have had no seconds for longer than there are timetables.
fn written_offset(offset: Offset) -> String {
    ZonedDateTime::new(Timestamp::UNIX_EPOCH, TimeZone::fixed(offset)).strftime("%z").to_string()
}
