// Chooses the browser's own time zone in the form, where it is one of the list. Without this script it begins at UTC.
"use strict";

const zones = document.getElementById("time_zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if ([...zones.options].some((option) => option.value === here)) zones.value = here;
