//! When a scheduled session takes place: local times, as a school means them. A lesson at 09:40 stays at 09:40
//! when the clocks change; what moment that is, the time zone database says (`jiff`), which is built in.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ZonedDateTime};

/// The shortest session, minutes.
pub const MINUTES_MIN: u32 = 5;
/// The longest session, minutes: a day of a school festival.
pub const MINUTES_MAX: u32 = 12 * 60;
/// From the first date of a weekly session to the last, days: a school year, so at most 53 dates.
pub const SERIES_DAYS_MAX: i32 = 366;
/// How far ahead a session may be, days: the next school year.
pub const AHEAD_DAYS_MAX: i64 = 2 * 366;
/// How long ago a session may have begun, days: one that goes on can still be changed.
pub const PAST_DAYS_MAX: i64 = 366;
/// Letters of a time zone's name; the longest has 32.
const ZONE_LETTERS_MAX: usize = 64;

/// Times that are not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanError {
    /// No date.
    #[error("a date is written YYYY-MM-DD, such as 2027-04-08, and is one that there is")]
    Date,
    /// No time of day.
    #[error("a start is written HH:MM, from 00:00 to 23:59")]
    Start,
    /// Too short or too long.
    #[error("a session has {MINUTES_MIN} to {MINUTES_MAX} minutes")]
    Minutes,
    /// A time zone that the database does not know.
    #[error("a time zone is a name of the IANA time zone database, such as Asia/Tokyo")]
    Zone,
    /// A series that ends before it begins, or is too long.
    #[error("`until` lies from `date` to {SERIES_DAYS_MAX} days after it")]
    Until,
    /// Too long ago or too far ahead.
    #[error("a session lies at most {PAST_DAYS_MAX} days back and {AHEAD_DAYS_MAX} days ahead")]
    Far,
    /// The session is not on this date.
    #[error("the session does not take place on this date, not even as one that was moved; name the date that it has by its series")]
    NotOnThisDate,
}

/// When a session takes place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The first date and the time of day.
    pub first: DateTime,
    /// How long.
    pub minutes: u32,
    /// Where these are the date and time.
    pub zone: Zone,
    /// Every week until this date, which is included; `None`: once.
    pub until: Option<Date>,
}

/// A time zone that has a name in the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// What is different about a single date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exception {
    /// It does not take place.
    Cancelled,
    /// It takes place then.
    Moved(DateTime),
}

/// What is different, by the dates of the series.
pub type Exceptions = BTreeMap<Date, Exception>;

/// One date of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// The date that it has by its series, also if it is moved: its name.
    pub date: Date,
    /// When it begins.
    pub starts: ZonedDateTime,
    /// How long, minutes.
    pub minutes: u32,
    /// What is different about it.
    pub exception: Option<Exception>,
}

impl Zone {
    /// The zone of a name, however its letters are written.
    ///
    /// # Errors
    /// [`PlanError::Zone`].
    pub fn named(name: &str) -> Result<Self, PlanError> {
        let rules = if name.len() > ZONE_LETTERS_MAX { None } else { TimeZone::get(name).ok() };
        let rules = rules.filter(|rules| !rules.is_unknown()).ok_or(PlanError::Zone)?;
        let name = rules.iana_name().ok_or(PlanError::Zone)?.to_owned();
        Ok(Self { name, rules })
    }

    /// Its name in the database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the database says of it.
    #[must_use]
    pub const fn rules(&self) -> &TimeZone {
        &self.rules
    }
}

/// A date as it is written; no other way of writing it is taken.
///
/// # Errors
/// [`PlanError::Date`].
pub fn date_of(text: &str) -> Result<Date, PlanError> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text).ok_or(PlanError::Date)
}

/// A time of day as it is written.
///
/// # Errors
/// [`PlanError::Start`].
pub fn time_of(text: &str) -> Result<Time, PlanError> {
    Time::strptime("%H:%M", text).ok().filter(|time| written(*time) == text).ok_or(PlanError::Start)
}

/// A time of day as it is written.
#[must_use]
pub fn written(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// Whether a date lies near enough to be planned.
///
/// # Errors
/// [`PlanError::Far`].
pub fn check_near(date: Date, now_ms: u64) -> Result<(), PlanError> {
    let now = i64::try_from(now_ms).ok().and_then(|now_ms| Timestamp::from_millisecond(now_ms).ok()).ok_or(PlanError::Far)?;
    let today = now.to_zoned_datetime(TimeZone::UTC).date();
    let [first, last] = [-PAST_DAYS_MAX, AHEAD_DAYS_MAX].map(|days| today.checked_add(Span::new().days(days)).map_err(|_| PlanError::Far));
    if (first?..=last?).contains(&date) { Ok(()) } else { Err(PlanError::Far) }
}

impl Plan {
    /// A plan of what was written.
    ///
    /// # Errors
    /// [`PlanError`].
    pub fn of(date: &str, start: &str, minutes: u32, zone: &str, until: Option<&str>) -> Result<Self, PlanError> {
        let first = date_of(date)?.to_datetime(time_of(start)?);
        if !(MINUTES_MIN..=MINUTES_MAX).contains(&minutes) {
            return Err(PlanError::Minutes);
        }
        let until = until.map(date_of).transpose()?;
        let longest = first.date().checked_add(Span::new().days(SERIES_DAYS_MAX)).map_err(|_| PlanError::Far)?;
        if until.is_some_and(|until| !(first.date()..=longest).contains(&until)) {
            return Err(PlanError::Until);
        }
        Ok(Self { first, minutes, zone: Zone::named(zone)?, until })
    }

    /// The dates of the series; one if it is once.
    pub fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let last = self.until.unwrap_or(self.first.date());
        self.first.date().series(Span::new().weeks(1)).take_while(move |date| *date <= last)
    }

    /// Whether a date is one of the series.
    #[must_use]
    pub fn has(&self, date: Date) -> bool {
        self.dates().any(|own| own == date)
    }

    /// A local moment as a moment. One that the clocks skip is as much later; of one that comes twice the first is meant.
    ///
    /// # Errors
    /// [`PlanError::Far`] at the ends of time.
    pub fn moment(&self, local: DateTime) -> Result<ZonedDateTime, PlanError> {
        local.to_zoned_datetime(self.zone.rules.clone()).map_err(|_| PlanError::Far)
    }

    /// When a date of the series begins, were it not for exceptions.
    ///
    /// # Errors
    /// [`PlanError::Far`] at the ends of time.
    pub fn start_on(&self, date: Date) -> Result<ZonedDateTime, PlanError> {
        self.moment(date.to_datetime(self.first.time()))
    }

    /// All dates in the series' order, cancelled ones too.
    pub fn occurrences<'a>(&'a self, exceptions: &'a Exceptions) -> impl Iterator<Item = Occurrence> + 'a {
        self.dates().filter_map(|date| {
            let exception = exceptions.get(&date).copied();
            let starts = match exception {
                Some(Exception::Moved(to)) => self.moment(to),
                _ => self.start_on(date),
            };
            // Plans lie within some years of now, and so do their moments.
            Some(Occurrence { date, starts: starts.ok()?, minutes: self.minutes, exception })
        })
    }

    /// The farthest ends of all that is planned, milliseconds since 1970.
    #[must_use]
    pub fn span_ms(&self, exceptions: &Exceptions) -> (u64, u64) {
        let ends = self.occurrences(exceptions).map(|one| (one.starts_ms(), one.ends_ms()));
        ends.reduce(|(begins, ends), (from, to)| (begins.min(from), ends.max(to))).unwrap_or_default()
    }
}

impl Occurrence {
    /// When it begins, milliseconds since 1970.
    #[must_use]
    pub fn starts_ms(&self) -> u64 {
        u64::try_from(self.starts.timestamp().as_millisecond()).unwrap_or(0)
    }

    /// When it ends.
    #[must_use]
    pub fn ends_ms(&self) -> u64 {
        self.starts_ms() + u64::from(self.minutes) * 60_000
    }

    /// Whether it does not take place.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.exception == Some(Exception::Cancelled)
    }
}

impl fmt::Display for Plan {
    /// As the audit log names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.first.date(), written(self.first.time()), self.zone.name)?;
        self.until.map_or(Ok(()), |until| write!(f, ", weekly until {until}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(date: &str, start: &str, zone: &str, until: &str) -> Plan {
        Plan::of(date, start, 50, zone, Some(until)).unwrap()
    }

    #[test]
    fn a_lesson_stays_at_its_local_time_when_the_clocks_change() {
        // In Berlin summer time ends on 31 October 2027, in Tokyo there is none.
        let utc = |plan: &Plan| plan.occurrences(&Exceptions::new()).map(|one| one.starts.timestamp().to_string()).collect::<Vec<_>>();
        let berlin = weekly("2027-10-27", "09:40", "Europe/Berlin", "2027-11-04");
        assert_eq!(utc(&berlin), ["2027-10-27T07:40:00Z", "2027-11-03T08:40:00Z"]);
        let tokyo = weekly("2027-10-27", "09:40", "asia/tokyo", "2027-11-03");
        assert_eq!(utc(&tokyo), ["2027-10-27T00:40:00Z", "2027-11-03T00:40:00Z"]);
        assert_eq!(tokyo.zone.name(), "Asia/Tokyo");
        // 02:30 is skipped in Berlin on 28 March 2027, and comes twice on 31 October.
        let skipped = weekly("2027-03-28", "02:30", "Europe/Berlin", "2027-03-28");
        assert_eq!(utc(&skipped), ["2027-03-28T01:30:00Z"]);
        let twice = weekly("2027-10-31", "02:30", "Europe/Berlin", "2027-10-31");
        assert_eq!(utc(&twice), ["2027-10-31T00:30:00Z"]);
    }

    #[test]
    fn single_dates_are_cancelled_and_moved() {
        let plan = weekly("2027-04-08", "13:00", "Asia/Tokyo", "2027-04-29");
        let moved = "2027-05-01T09:00".parse().unwrap();
        let exceptions = Exceptions::from([
            (date_of("2027-04-15").unwrap(), Exception::Cancelled),
            (date_of("2027-04-22").unwrap(), Exception::Moved(moved)),
        ]);
        let all: Vec<_> = plan.occurrences(&exceptions).collect();
        assert_eq!(
            all.iter().map(|one| one.date.to_string()).collect::<Vec<_>>(),
            ["2027-04-08", "2027-04-15", "2027-04-22", "2027-04-29"]
        );
        assert_eq!(all.iter().map(Occurrence::is_cancelled).collect::<Vec<_>>(), [false, true, false, false]);
        assert_eq!(all[2].starts.datetime(), moved);
        assert_eq!(plan.span_ms(&exceptions), (all[0].starts_ms(), all[2].ends_ms()), "what is moved beyond the end counts");
        assert!(plan.has(all[3].date) && !plan.has(moved.date()));
    }

    #[test]
    fn what_is_no_plan_is_refused_by_name() {
        let of = |date, start, minutes, zone, until| Plan::of(date, start, minutes, zone, until).err();
        for date in ["", "2027-02-29", "2027-4-8", "20270408", "2027-04-08T10:00", "08.04.2027", "２０２７-04-08"] {
            assert_eq!(of(date, "09:40", 50, "Asia/Tokyo", None), Some(PlanError::Date), "{date}");
        }
        for start in ["", "9:40", "24:00", "09:60", "09:40:00", "09-40", " 9:40"] {
            assert_eq!(of("2027-04-08", start, 50, "Asia/Tokyo", None), Some(PlanError::Start), "{start}");
        }
        for minutes in [0, MINUTES_MIN - 1, MINUTES_MAX + 1] {
            assert_eq!(of("2027-04-08", "09:40", minutes, "Asia/Tokyo", None), Some(PlanError::Minutes));
        }
        let long = "a".repeat(1_000);
        for zone in ["", "Tokyo", "Asia/Iki", "+09:00", "JST-9", "Etc/Unknown", "../../etc/passwd", long.as_str()] {
            assert_eq!(of("2027-04-08", "09:40", 50, zone, None), Some(PlanError::Zone), "{zone}");
        }
        for until in ["2027-04-07", "2028-04-09"] {
            assert_eq!(of("2027-04-08", "09:40", 50, "Asia/Tokyo", Some(until)), Some(PlanError::Until), "{until}");
        }
        assert_eq!(of("2027-04-08", "09:40", 50, "Asia/Tokyo", Some("2028-04-08")), None);
        let now_ms = 1_807_000_000_000; // 2027-04-05
        let near = |date| check_near(date_of(date).unwrap(), now_ms);
        assert_eq!([near("2026-05-01"), near("2029-04-01")], [Ok(()); 2]);
        assert_eq!([near("2026-04-01"), near("2029-05-01"), near("9999-12-31")], [Err(PlanError::Far); 3]);
    }
}
