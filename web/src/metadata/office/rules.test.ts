/// <reference types="node" />
// The rules one by one, on the least XML that shows each: the cases of crypto/metadata/testdata/edits, and those that
// stand in its tests.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { toBinary } from "../base/bytes.ts";
import { Malformed, Unsupported } from "../base/errors.ts";
import { Aliases } from "./alias.ts";
import { editXML, type Rules } from "./edit.ts";
import { ODFRules } from "./odfrules.ts";
import { OfficeRules } from "./officerules.ts";
import { cleanPath, extensionOf, folderOf, joinPath } from "./path.ts";
import { holdsLocalPath, isFileName, isLocalPath } from "./paths.ts";

async function edit(xml: string, rules: Rules): Promise<string> {
  const b = new Uint8Array(Buffer.from(xml));
  return Buffer.from((await editXML(b, rules)) ?? toBinary(b), "latin1").toString();
}

function cases(name: string): string[][] {
  const blocks = readFileSync(`../crypto/metadata/testdata/edits/${name}`, "utf8").trim().split("\n\n");
  return blocks.filter((b) => !b.startsWith("#")).map((b) => b.split("\n"));
}

test("rules of OOXML", async () => {
  for (const [xml = "", want] of cases("office.txt")) {
    assert.equal(await edit(xml, new OfficeRules(new Aliases())), want, xml);
  }
});

test("rules of OpenDocument", async () => {
  const kept = ["Pictures/photo.jpg", "Pictures"];
  for (const [xml = "", want] of cases("odf.txt")) {
    const holder = { aliases: new Aliases(), holds: (name: string) => kept.includes(cleanPath(name)) };
    assert.equal(await edit(xml, new ODFRules(holder, "")), want, xml);
  }
});

test("fields of Word", async () => {
  const begin = '<w:fldChar w:fldCharType="begin"></w:fldChar>';
  const separate = '<w:fldChar w:fldCharType="separate"/>';
  const end = '<w:fldChar w:fldCharType="end"/>';
  const code = (s: string): string => `<w:instrText>${s}</w:instrText>`;
  const text = (s: string): string => `<w:t>${s}</w:t>`;
  const form = begin.replace("><", "><w:ffData/><");
  const toc = `${begin}${code(" TOC ")}${separate}${text("a")}${begin}${code(" PAGEREF ")}${separate}${text("7")}${end}${end}`;
  for (const [xml, want] of [
    [begin + code(" AU") + code("THOR ") + separate + text("Kim") + end + text("x"), text("") + text("x")],
    [begin + code(" author ") + separate + text("Kim") + text("Lee") + end, text("") + text("")],
    [begin + code(" AUTHOR ") + end + text("x"), text("x")],
    [begin + code(" title ") + separate + text("T") + end, text("T")],
    [begin + code(' DOCPROPERTY "Company" ') + separate + text("C") + end, text("")],
    [begin + code(' DOCPROPERTY "Project" ') + separate + text("P") + end, text("P")],
    [toc, toc],
    [
      begin + code(" PAGE ") + separate + begin + code(" AUTHOR ") + separate + text("7") + end + text("x") + end,
      begin + code(" PAGE ") + separate + text("") + text("x") + end,
    ],
    [form + code(" AUTHOR ") + separate + text("Kim") + end, form + code(" AUTHOR ") + separate + text("") + end],
    [end + separate + text("x"), end + separate + text("x")],
    [begin + code(" AUTHOR ") + separate + text("Kim"), begin + code(" AUTHOR ") + separate + text("")],
    ['<w:fldSimple w:instr="AUTHOR"/>' + text("x"), text("x")],
    ['<w:fldSimple w:instr="TITLE"><w:fldData>x</w:fldData>' + text("T") + "</w:fldSimple>", text("T")],
    ['<w:sdt><w:dataBinding w:xpath="/x:Company"/>' + text("C") + "</w:sdt>", "<w:sdt>" + text("") + "</w:sdt>"],
  ] as const) {
    assert.equal(await edit(`<w:p>${xml}</w:p>`, new OfficeRules(new Aliases())), `<w:p>${want}</w:p>`);
  }
});

const idle: Rules = { open() {} };

test("XML that is not edited", async () => {
  const malformed = [
    "<", "<a", "<a ", "<a b", "<a b=", '<a b="', '<a b="c"', "<a b=c/>", '<a b="<"/>', '<a b="1"c="2"/>', "</a>", "<a></b>",
    "<a>", "<a/ >", "< a/>", "<>", "</>", "<!--", "<a><!-- </a>", "<![CDATA[ ]]", "<?x", "<a></a b>", '<a ="b"/>',
    '<a b="1" c="2" b="3"/>', '<a/><?xml version="1.0"?>', ' <?xml version="1.0"?><a/>', "<a>".repeat(513),
  ];
  for (const xml of malformed) {
    await assert.rejects(edit(xml, idle), Malformed, xml);
  }
  const unsupported = ["<!DOCTYPE a><a/>", "<a><!ELEMENT b></a>", '<?xml version="1.0" encoding="utf-16"?><a/>', "<a>\0</a>"];
  for (const xml of unsupported) {
    await assert.rejects(edit(xml, idle), Unsupported, xml);
  }
  await assert.rejects(editXML(new Uint8Array([0xfe, 0xff, 0x20]), idle), Unsupported);
  await assert.rejects(editXML(new Uint8Array([0xc3, 0x28]), idle), Malformed);
  for (const xml of ["<a>".repeat(512) + "</a>".repeat(512), "\ufeff<?xml version='1.0'?>\r\n<a\tb = 'c>d'  ></a >\n"]) {
    assert.equal(await edit(xml, idle), xml);
  }
});

test("paths of files", () => {
  for (const s of ["C:\\Users\\kim\\a.docx", "c:/users/kim", "\\\\server\\share\\a", "\\\\10.0.0.1\\c$", "FILE:\\\\x", "~/a"]) {
    assert.ok(isLocalPath(s), s);
  }
  for (const s of ["", "C:", "CD:\\x", "\\\\#,##0", "\\\\", "\\\\a", "\\\\a\\", "/ppt/slides/slide1.xml", "urn:x"]) {
    assert.ok(!isLocalPath(s), s);
  }
  assert.ok(isFileName("IMG_2031.JPG") && !isFileName("A cat, by the window") && !isFileName("png"));
  assert.ok(holdsLocalPath('HYPERLINK "C:\\\\Users"') && holdsLocalPath("LINK \\\\\\\\server\\\\share"));
  assert.ok(!holdsLocalPath('DATE \\@ "h:\\mm"') && !holdsLocalPath('HYPERLINK "https://example.test/" \\l "x"'));
});

// The results of Go's package path.
test("paths in packages", () => {
  for (const [path, want] of [
    ["", "."], ["a/./b//c", "a/b/c"], ["/../a", "/a"], ["a/../..", ".."], ["../a/../b/", "../b"], ["/", "/"], ["a/..", "."],
  ] as const) {
    assert.equal(cleanPath(path), want, path);
  }
  assert.equal(joinPath(".", "../a"), "../a");
  assert.equal(joinPath("", ""), "");
  assert.equal(folderOf("a/b/c.xml"), "a/b");
  assert.equal(folderOf("c.xml"), ".");
  assert.equal(extensionOf("a.b/c.tar.gz"), ".gz");
  assert.equal(extensionOf("a.b/c"), "");
});
