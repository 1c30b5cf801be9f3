import{f as t,o as e,s as o,t as i}from"./chunk-EHNBXS26.js";o();i();var n=document.querySelector("p#receipt")?.textContent;n&&(await t(),e(document,n,()=>{}));
