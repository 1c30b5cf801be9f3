// Package metadata takes identifying metadata out of files that a reporter attaches: who made a file, with what,
// where and when. Pixels and text stay as they are.
//
// Clean works on containers it knows in full: JPEG, PNG, WebP, OOXML (DOCX, XLSX, PPTX) and OpenDocument (ODT, ODS,
// ODP, ODG). It works by allow-list: what is not known to be needed goes, and a file that holds something whose
// metadata is not known is refused as a whole, so that the caller keeps it as it is and says so. Nothing is decoded
// or rendered.
//
// # What it does not do
//
// It does not read what a file shows. A name on a letterhead, a face, the text of a comment, a signature at its end,
// the time on a screenshot stay; so do the noise of a sensor, the tables of an encoder, watermarks, and the languages
// and fonts that a text was written in. A profile of colours stays without its texts. Hidden but written content
// (hidden rows, earlier text in tracked changes, notes under slides, hidden names in workbooks) is text and stays.
//
// Refused, among others: GIF, BMP, TIFF, HEIC, SVG, EMF, video and sound, on their own or in a document; embedded
// documents (also the workbook behind a chart in Word or PowerPoint), OLE objects, macros; encrypted files; ZIP64;
// XML with a document type or in UTF-16; XLSB, Visio, EPUB and databases.
//
// # Order and determinism
//
// The output depends on the input alone. The same filters stand in the browser (web/src/metadata), file by file; both
// read their tables from rules.json, have the limits of limits.go, and are held to the same bytes by testdata/vectors
// and testdata/edits. Cleaning a cleaned file gives the same bytes again. Numbers in containers have the byte order of
// their format.
//
// # What was found
//
// That a file was cleaned does not say that there was anything to take out. Found looks for what tells of somebody, by
// the tables "findings" of rules.json, and so does inspect in the browser, which also names it; testdata/findings.json
// holds the two together. The filters do not hang on it: they take out more than it knows.
//
// # JPEG (ITU-T T.81; JFIF: ITU-T T.871; Exif: CIPA DC-008)
//
//	FF D8
//	FF E0 0010 "JFIF" 00, version, units, densities, 00 00   the first of 14 bytes or more, without its thumbnail
//	FF E1 0022 "Exif" 00 00, TIFF (below)                     if the first Exif segment has an orientation of 2 to 8
//	FF E2 length "ICC_PROFILE" 00 number count, bytes         the cleaned profile, 65,519 bytes a segment
//	everything else that is kept, in its order
//	FF D9
//
// Kept are SOFn, DHT, DAC, DQT, DNL, DRI, DHP, EXP and SOS as they stand, each from its marker on (fill bytes before
// it go), with the data of each scan up to the first marker that is not RSTn (FF runs before that marker are fill; FF
// runs before 00 or RSTn are data); and APP14 "Adobe", cut to 12 bytes. Application segments count before the first
// scan only. Everything behind the first EOI goes: second pictures, gain maps, videos, what an editor left. Bytes
// between segments, RSTn and SOI out of place, no EOI, no SOFn or no SOS are malformed; other markers (JPGn,
// reserved) are unsupported.
//
// The TIFF structure has 26 bytes: 4D4D 002A 00000008 0001 0112 0003 00000001 00nn 0000 00000000. The orientation is
// read from the first directory only, as one SHORT.
//
// # PNG (W3C PNG, third edition)
//
// The signature, then the chunks of "png" in rules.json in their order, copied with their CRCs; an ancillary one that
// is longer than its table says is dropped. iCCP (the first, if its CRC is right) becomes: name "icc", method 0, zlib
// 78 01 with stored blocks of 65,535 bytes. eXIf (the first, wherever it stands, up to 64 KiB, if its CRC is right)
// becomes an eXIf with the TIFF structure above, right before the first IDAT. Then IEND. An unknown critical chunk is
// unsupported.
//
// # WebP (RFC 9649)
//
// The simple format: RIFF header, the one picture chunk. The extended format: VP8X with its reserved bits zero and
// flags for what is there, then ICCP (the first), ANIM (cut to 6 bytes), ANMF (16 bytes, then ALPH, VP8, VP8L only),
// ALPH, VP8, VP8L in their order, then EXIF with the TIFF structure if there is an orientation. Padding is zero;
// sizes are computed.
//
// # ICC profiles (ICC.1)
//
// Rebuilt from the tags in "profileTags" in rules.json, in the profile's order, each from a multiple of 4, entries that
// shared offset and size sharing them still, then desc and cprt with the text "icc". In the header the colour engine,
// platform, device, creator and identifier are zero and the date is 1970-01-01. A profile that is not sound, or not of
// version 2 to 4, is left out.
//
// # ZIP (APPNOTE 6.3)
//
// Entries in the order of their data, folders left out. A part that was edited is stored; a part that was not is
// copied with its packed bytes; a picture is always stored. Local header: version 20, flags 0 (0x0800 if the name is
// not ASCII), method, time 0000, date 0021, CRC, sizes, no extra field. Directory: made by 20, the same, comment,
// volume and attributes 0. No data descriptors, no comments. The reading is strict (zip.go): the directory must end
// at the end record, the first local header stands at 0, local headers must agree with the directory, nothing may
// overlap, no name may come twice (ASCII case aside) or leave the archive, and every kept part must unpack to the
// length and CRC that the directory says.
//
// # XML
//
// Edited at the level of bytes (xml.go, edit.go): an attribute goes with the white space before it, its value is
// replaced between its quotes, an element goes from tag to tag, comments go. Names are matched without their prefix,
// except where a rule says so. What is not edited stays byte for byte.
//
// # OOXML (ECMA-376; extensions: MS-DOCX, MS-XLSX, MS-PPTX)
//
// Parts are kept that relationships lead to, from the package to its document and on, except the relationships in
// rules.json: properties, thumbnail, signatures, labels, people, tasks, printer settings, templates, custom XML, tags,
// mail-merge data go, with their content types. External targets become "removed-N", except web and mail addresses of
// hyperlinks. The rules for elements, attributes and Word's fields stand in rules.json as well; officerules.go and
// wordfields.go apply them. People become "Author N" throughout a document, their ids {…-N}, times that must be there
// 1970-01-01. A field or a content control that prints a property becomes plain text; one that prints a person, an
// organisation or the name of the file is emptied. Names and alternative texts of pictures that are paths or names of
// picture files are emptied. An XML part is one that ends in .xml, .rels or .vml; pictures are told by their first
// bytes; fonts are copied.
//
// # OpenDocument (ODF 1.3)
//
// Kept are mimetype, content.xml, styles.xml, settings.xml (also of embedded objects), pictures, fonts and the
// manifest, whose entries follow. meta.xml is replaced by an empty one. Thumbnails, Configurations2,
// ObjectReplacements (programs draw them anew), manifest.rdf, layout-cache and signatures go. The rules are those
// of rules.json, applied by odfrules.go.
package metadata
