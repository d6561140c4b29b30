// `evaluateOptions` and `getHoursType`: which of an author's options a customer chose, which shift is on.
// A function of built-ins and small words that prelude.js hands in; called before any author's code runs.
(function (given) {
  "use strict";

  const { each, text, exec, slice, trim, lower, codeAt, weekday, isoDate, moment } = given;
  const Num = Number, Failure = Error;

  const LABELLED = /^\s*([a-z]|\d{1,3})\s*[).:](?!\d)\s*([\s\S]*)$/i;

  function chosen(answer, options) {
    const said = lower(trim(text(answer))), bare = exec(/^([a-z]|\d{1,3})[).:]?$/, said);
    const label = bare === null ? "" : bare[1], digits = label !== "" && label < "a";
    let hit = null, labelled = false, at = 0;
    const place = label === "" ? 0 : digits ? Num(label) : codeAt(label, 0) - 96;
    let placed = null;
    each(options, "evaluateOptions", (option) => {
      const full = text(option), parts = exec(LABELLED, full);
      at += 1;
      if (at === place) placed = full;
      labelled = labelled || (parts !== null && label !== "" && lower(parts[1]) < "a" === digits);
      if (hit !== null || said === "") return;
      const words = parts === null ? "" : lower(trim(parts[2]));
      if (said === lower(trim(full)) || (words !== "" && said === words)) hit = full;
      else if (parts !== null && label !== "" && label === lower(parts[1])) hit = full;
    });
    return hit === null && !labelled ? placed : hit;
  }

  const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

  function dayMatches(day, now) {
    const word = lower(trim(day)), today = DAYS[weekday(now)];
    if (word === today || word === slice(today, 0, 3)) return true;
    for (let i = 0; i < 7; i += 1) if (word === DAYS[i] || word === slice(DAYS[i], 0, 3)) return false;
    const us = exec(/^(\d{1,2})[./](\d{1,2})[./](\d{4})$/, word);
    const two = (digits) => slice("0" + digits, -2);
    const iso = us === null ? word : us[3] + "-" + two(us[1]) + "-" + two(us[2]);
    if (exec(/^\d{4}-\d\d-\d\d$/, iso) === null) throw new Failure('getHoursType: "' + day + '" is neither a day nor a date');
    return iso === slice(isoDate(now), 0, 10);
  }

  function minutes(time) {
    const parts = exec(/^(\d{1,2}):(\d\d)$/, trim(time)), total = parts ? Num(parts[1]) * 60 + Num(parts[2]) : 1441;
    if (total > 1440) throw new Failure('getHoursType: "' + time + '" is not a time of day');
    return total === 1439 ? 1440 : total;
  }

  function hoursType(list, zone) {
    const name = trim(text(zone)) || "UTC";
    const now = moment(name);
    if (now === null) throw new Failure('getHoursType: "' + name + '" is not a time zone');
    const minute = Num(slice(isoDate(now), 11, 13)) * 60 + Num(slice(isoDate(now), 14, 16));
    let type = null;
    each(list, "getHoursType", (entry) => {
      const parts = exec(/^(?:([^|~]+)\|)?([^|~]+)~([^~]+)~([^~]+)$/, text(entry));
      if (parts === null) throw new Failure('getHoursType: "' + text(entry) + '" is not KEY~8:00~20:00');
      const from = minutes(parts[3]), to = minutes(parts[4]);
      const open = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
      if ((parts[1] === undefined || dayMatches(parts[1], now)) && open) type = trim(parts[2]);
    });
    return type;
  }

  return { chosen, hoursType };
})
