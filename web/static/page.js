import{g as t,s as e,t as i,u as o}from"./chunk-4QTB5OFA.js";e();i();var n=document.querySelector("p#receipt")?.textContent;n&&(await t(),o(document,n,()=>{}));
