import{g as t,p as e,s as i,t as o}from"./chunk-RVH4G33N.js";i();o();var n=document.querySelector("p#receipt")?.textContent;n&&(await t(),e(document,n,()=>{}));
