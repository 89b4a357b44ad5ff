// What the scripts of policy templates find beside the language: the clock that they are given, dates that are written and read as the
// original writes and reads them (always UTC), and a few functions of the host. Runs once in each fresh engine, before underscore.
(function (global, host) {
  var Real = global.Date;
  var moment0, looks = 0, patience = 10000, step = 1;

  // The clock stands still, but not for who waits for it to go on: some templates pass the time between two requests in a loop that
  // does nothing else than look. Where such a loop is in the script each look from the fiftieth on takes ten milliseconds, so that the
  // waiting is soon over; elsewhere from the ten thousandth look on each takes one.
  function now() {
    // whose script it is, is known only when it runs
    if (looks === 0) {
      moment0 = host.now();
      if (host.waits()) { patience = 50; step = 10; }
    }
    looks++;
    return looks > patience ? moment0 + (looks - patience) * step : moment0;
  }

  var days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  var months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  function two(n) { return n < 10 ? "0" + n : "" + n; }
  function four(n) { return n < 0 ? "-" + four(-n) : ("000" + n).slice(n > 999 ? 3 : -4); }
  function day(d) { return days[d.getUTCDay()] + ", " + two(d.getUTCDate()) + " " + months[d.getUTCMonth()] + " " + four(d.getUTCFullYear()); }
  function time(d) { return two(d.getUTCHours()) + ":" + two(d.getUTCMinutes()) + ":" + two(d.getUTCSeconds()); }
  function iso(d) { return four(d.getUTCFullYear()) + "-" + two(d.getUTCMonth() + 1) + "-" + two(d.getUTCDate()); }

  var layout = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;
  var slashed = /^(\d{4})\/(\d\d)(?:\/(\d\d)(?: (\d\d?):(\d\d):(\d\d)(?:[.,](\d{1,9}))?)?)?$/;
  var mail = /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat), (\d\d) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d?):(\d\d):(\d\d) (?:UTC|GMT)$/;
  function number(text, otherwise) { return text === undefined || text === "" ? otherwise : +text; }
  function read(year, month, date, hour, minute, second, fraction, zone) {
    var y = +year, mo = number(month, 1), d = number(date, 1), h = number(hour, 0), mi = number(minute, 0), s = number(second, 0);
    var ms = fraction ? Math.floor(+("0." + fraction) * 1000 + 1e-7) : 0;
    var leap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
    var last = mo === 2 ? (leap ? 29 : 28) : mo === 4 || mo === 6 || mo === 9 || mo === 11 ? 30 : 31;
    if (mo < 1 || mo > 12 || d < 1 || d > last || h > 23 || mi > 59 || s > 59) { return NaN; }
    var away = zone && zone !== "Z" ? (zone.charAt(0) === "-" ? -1 : 1) * (+zone.substr(1, 2) * 60 + +zone.slice(-2)) : 0;
    return moment([y, mo - 1, d, h, mi, s, ms]) - away * 60000;
  }
  function parsed(text) {
    text = String(text);
    var m = layout.exec(text);
    if (m) { return read(m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]); }
    m = slashed.exec(text);
    if (m) { return read(m[1], m[2], m[3], m[4], m[5], m[6], m[7]); }
    m = mail.exec(text);
    return m ? read(m[3], months.indexOf(m[2]) + 1, m[1], m[4], m[5], m[6]) : NaN;
  }

  // the calendar is reckoned here: the engine's own refuses years and sums that the language allows
  function whole(value) {
    value = +value;
    return isFinite(value) ? (value < 0 ? Math.ceil(value) : Math.floor(value)) : NaN;
  }
  function moment(parts) {
    for (var i = 0; i < 7; i++) { parts[i] = whole(parts[i]); }
    var y = parts[0] + Math.floor(parts[1] / 12), m = parts[1] - 12 * Math.floor(parts[1] / 12);
    // years begin in March, so that the day that comes and goes is the last of a year
    y -= m < 2 ? 1 : 0;
    var days = 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
      + Math.floor((153 * ((m + 10) % 12) + 2) / 5) + parts[2] - 719469;
    var time = days * 86400000 + parts[3] * 3600000 + parts[4] * 60000 + parts[5] * 1000 + parts[6];
    return Math.abs(time) <= 8.64e15 ? time : NaN;
  }
  function utc(year, month) {
    var given = [year, month, 1, 0, 0, 0, 0];
    for (var i = 2; i < 7 && i < arguments.length; i++) { given[i] = arguments[i]; }
    var short = whole(year);
    if (short >= 0 && short <= 99) { given[0] = 1900 + short; }
    return moment(given);
  }
  function setter(names, first, most) {
    function set() {
      var parts = [this.getUTCFullYear(), this.getUTCMonth(), this.getUTCDate(), this.getUTCHours(), this.getUTCMinutes(),
        this.getUTCSeconds(), this.getUTCMilliseconds()];
      if (first === 0 && isNaN(parts[0])) { parts = [0, 0, 1, 0, 0, 0, 0]; }
      parts[first] = arguments[0];
      for (var i = 1; i < most && i < arguments.length; i++) { parts[first + i] = arguments[i]; }
      return this.setTime(moment(parts));
    }
    for (var n = 0; n < names.length; n++) { hidden(Real.prototype, names[n], set); }
  }

  function Date(a) {
    if (!(this instanceof Date)) { return new Real(now()).toString(); }
    switch (arguments.length) {
      case 0: return new Real(now());
      case 1:
        if (a instanceof Real) { return new Real(a.getTime()); }
        var value = a !== null && typeof a === "object" ? a.valueOf() : a;
        if (value !== null && typeof value === "object") { value = String(a); }
        return typeof value === "string" ? new Real(parsed(value)) : new Real(+value);
      default: return new Real(utc.apply(null, arguments));
    }
  }

  function hidden(object, name, value) {
    Object.defineProperty(object, name, { value: value, writable: true, enumerable: false, configurable: true });
  }
  function written(name, write) {
    hidden(Real.prototype, name, function () { return isNaN(this.getTime()) ? "Invalid Date" : write(this); });
  }
  setter(["setFullYear", "setUTCFullYear"], 0, 3);
  setter(["setMonth", "setUTCMonth"], 1, 2);
  setter(["setDate", "setUTCDate"], 2, 1);
  setter(["setHours", "setUTCHours"], 3, 4);
  setter(["setMinutes", "setUTCMinutes"], 4, 3);
  setter(["setSeconds", "setUTCSeconds"], 5, 2);
  setter(["setMilliseconds", "setUTCMilliseconds"], 6, 1);
  hidden(Real.prototype, "setYear", function (year) {
    var short = whole(year);
    return this.setFullYear(short >= 0 && short <= 99 ? 1900 + short : year);
  });
  Date.prototype = Real.prototype;
  hidden(Real.prototype, "constructor", Date);
  hidden(Date, "now", now);
  hidden(Date, "parse", parsed);
  hidden(Date, "UTC", utc);
  hidden(global, "Date", Date);
  written("toString", function (d) { return day(d) + " " + time(d) + " UTC"; });
  written("toDateString", day);
  written("toTimeString", function (d) { return time(d) + " UTC"; });
  written("toUTCString", function (d) { return day(d) + " " + time(d) + " GMT"; });
  written("toGMTString", function (d) { return day(d) + " " + time(d) + " GMT"; });
  written("toISOString", function (d) { return iso(d) + "T" + time(d) + "." + ("00" + d.getUTCMilliseconds()).slice(-3) + "Z"; });
  written("toLocaleString", function (d) { return iso(d) + " " + time(d); });
  written("toLocaleDateString", iso);
  written("toLocaleTimeString", time);

  hidden(String.prototype, "localeCompare", function (other) {
    var a = String(this), b = String(other);
    return a < b ? -1 : a === b ? 0 : 1;
  });

  // the rest of what the engine does not do as the language says
  var lastIndexOf = String.prototype.lastIndexOf;
  hidden(String.prototype, "lastIndexOf", function (text, from) {
    var all = String(this);
    text = String(text);
    from = +from;
    from = from === from ? Math.min(Math.max(from, 0), all.length) : all.length;
    return text === "" ? Math.floor(from) : lastIndexOf.call(all, text, from);
  });
  var replace = String.prototype.replace;
  hidden(String.prototype, "replace", function (what, by) {
    if (what instanceof RegExp || typeof by === "function" || String(by).indexOf("$") < 0) { return replace.call(this, what, by); }
    var all = String(this), text = String(what), from = all.indexOf(text);
    return from < 0 ? all : all.substring(0, from) + filled(String(by), all, text, from) + all.substring(from + text.length);
  });
  function filled(by, all, text, from) {
    var out = "";
    for (var i = 0; i < by.length; i++) {
      var next = by.charAt(i) === "$" ? by.charAt(i + 1) : "";
      out += next === "$" ? "$" : next === "&" ? text : next === "`" ? all.substring(0, from)
        : next === "'" ? all.substring(from + text.length) : by.charAt(i);
      if (next !== "" && "$&`'".indexOf(next) >= 0) { i++; }
    }
    return out;
  }
  var concat = Array.prototype.concat;
  hidden(Array.prototype, "concat", function () {
    // underscore joins lists from this object, which the language says is an empty list itself
    return concat.apply(this === Array.prototype ? [] : this, arguments);
  });
  var fixed = Number.prototype.toFixed, inDigits = host.fixed;
  hidden(Number.prototype, "toFixed", function (digits) {
    var number = +this, places = digits === undefined ? 0 : whole(digits) || 0;
    return places < 0 || places > 20 || !(Math.abs(number) < 1e21) ? fixed.call(this, digits) : inDigits(number === 0 ? 0 : number, places);
  });
  hidden(Number.prototype, "toLocaleString", function () {
    var number = +this;
    if (!isFinite(number)) { return String(number); }
    var parts = inDigits(Math.abs(number), 3).split(".");
    var fraction = parts[1].replace(/0+$/, "");
    var sign = number < 0 && (fraction !== "" || +parts[0] !== 0) ? "-" : "";
    return sign + parts[0].replace(/(\d)(?=(\d{3})+$)/g, "$1,") + (fraction ? "." + fraction : "");
  });

  // equal items stay in their order
  hidden(Array.prototype, "sort", function (compare) {
    if (compare !== undefined && typeof compare !== "function") { throw new TypeError("Array.sort: " + compare + " is not a function"); }
    var items = [], missing = 0, length = this.length >>> 0, i;
    for (i = 0; i < length; i++) {
      if (!(i in this)) { continue; }
      if (this[i] === undefined) { missing++; } else { items.push(this[i]); }
    }
    items = merged(items, compare || function (a, b) { a = String(a); b = String(b); return a < b ? -1 : a > b ? 1 : 0; });
    for (i = 0; i < items.length; i++) { this[i] = items[i]; }
    for (i = items.length; i < items.length + missing; i++) { this[i] = undefined; }
    for (; i < length; i++) { delete this[i]; }
    return this;
  });
  function merged(items, compare) {
    var from = items, to = new Array(items.length), n = items.length;
    for (var width = 1; width < n; width *= 2) {
      for (var start = 0; start < n; start += 2 * width) {
        var left = start, middle = Math.min(start + width, n), right = middle, end = Math.min(start + 2 * width, n);
        for (var at = start; at < end; at++) {
          to[at] = left < middle && (right >= end || !(compare(from[left], from[right]) > 0)) ? from[left++] : from[right++];
        }
      }
      var other = from;
      from = to;
      to = other;
    }
    return from;
  }

  function line(values) {
    return Array.prototype.map.call(values, function (value) { return String(value); }).join(" ");
  }
  function log() { host.log(line(arguments)); }
  function dir(value) {
    var text = JSON.stringify(value);
    host.log(text === undefined ? String(value) : text);
  }
  function nothing() { }
  hidden(global, "console", { log: log, info: log, debug: log, warn: log, error: log, dir: dir, time: nothing, timeEnd: nothing, trace: nothing, assert: nothing });

  var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  var hmac = host.hmac;
  hidden(global, "hashHmac", function (algorithm, text, key) { return hmac(String(algorithm), String(text), String(key)); });

  hidden(global, "btoa", function (text) {
    // the bytes of the text as UTF-8
    text = unescape(encodeURIComponent(String(text)));
    var out = "";
    for (var i = 0; i < text.length; i += 3) {
      var a = text.charCodeAt(i), b = text.charCodeAt(i + 1), c = text.charCodeAt(i + 2);
      var group = a << 16 | (b || 0) << 8 | (c || 0);
      out += letters.charAt(group >> 18) + letters.charAt(group >> 12 & 63) +
        (i + 1 < text.length ? letters.charAt(group >> 6 & 63) : "=") + (i + 2 < text.length ? letters.charAt(group & 63) : "=");
    }
    return out;
  });
  hidden(global, "atob", function (text) {
    text = String(text).replace(/[\t\n\f\r ]/g, "");
    if (text.length % 4 === 0) { text = text.replace(/==?$/, ""); }
    if (text.length % 4 === 1 || /[^A-Za-z0-9+\/]/.test(text)) { throw new Error("atob: the text is not base64"); }
    var out = "", bits = 0, kept = 0;
    for (var i = 0; i < text.length; i++) {
      kept = kept << 6 | letters.indexOf(text.charAt(i));
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out += String.fromCharCode(kept >> bits & 255);
        kept &= (1 << bits) - 1;
      }
    }
    try {
      return decodeURIComponent(escape(out));
    } catch (notUtf8) {
      return out;
    }
  });

  hidden(global, "appendToResult", function (value) {
    if (Array.isArray(value)) {
      for (var i = 0; i < value.length; i++) { host.append(value[i]); }
    } else {
      host.append(value);
    }
  });
  hidden(global, "getIterator", function (source) {
    if (source !== null && typeof source === "object" && typeof source.eachRow === "function" && source.isStreamed === true) {
      return { Each: function (visit) { source.eachRow(visit); } };
    }
    return {
      Each: function (visit) {
        for (var i = 0; source && i < source.length; i++) { visit(source[i], i); }
      }
    };
  });
})(this, __host);
delete this.__host;
