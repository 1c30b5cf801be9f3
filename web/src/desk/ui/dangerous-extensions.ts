// Which files can do something when they are opened, by the extensions of their names.

const programs = "exe|com|pif|scr|msi|msix|appx|app|dmg|pkg|apk|dll|cpl|jar";
const scripts = "bat|cmd|command|ps1|vbs|vbe|js|jse|mjs|wsf|hta|sh";
const settings = "lnk|url|reg|scf|inf|msc|settingcontent-ms|library-ms|search-ms";
const pages = "x?html?|mht(ml)?|svgz?|xml|chm";
const macros = "(doc|dot|xls|xlt|xla|ppt|ppa|pot|pps)m?|xlsb|xll|one|rtf";
const formulas = "csv|tsv|slk|iqy"; // a spreadsheet runs what begins with =
const archives = "zip|rar|7z|cab|gz|tgz|iso|img|vhdx?"; // of which nobody sees what is inside
const extension = new RegExp(`\\.(${[programs, scripts, settings, pages, macros, formulas, archives].join("|")})[. ]*$`, "i"); // Windows drops dots and blanks at the end

/** Reports whether a file of that name can do harm when it is opened. */
export const hasDangerousExtension = (name: string): boolean => extension.test(name);
