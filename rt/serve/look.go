package serve

// The page's sheet and script. They are constants and not embedded files: a package
// that goat compiles into applications has Go files only. No part of them comes from
// a request, so their hashes in the Content-Security-Policy do not change.

const pageSheet = `:root{color-scheme:light dark;--paper:light-dark(#fbfbf9,#15171a);--card:light-dark(#fff,#1c1f23);--line:light-dark(#e3e2dc,#2e3238);--ink:light-dark(#1d2125,#e6e7e8);--soft:light-dark(#545b62,#a6aeb6);--accent:light-dark(#1f5fbf,#7fb0ff);--ran:light-dark(#195a66,#54b6c4);--never:light-dark(#a83608,#ff8a5b)}
*{box-sizing:border-box}
html{font:14px/1.45 system-ui,"DejaVu Sans",sans-serif;background:var(--paper);color:var(--ink);font-variant-numeric:tabular-nums}
body{margin:0}main{padding:16px 20px 60px;max-width:1480px;margin:0 auto}
a{color:var(--accent)}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:6px}
h1{font-size:20px;margin:0;overflow-wrap:anywhere}h2{font-size:14px;margin:0 0 8px}
.soft{color:var(--soft);font-size:12.5px;overflow-wrap:anywhere}.mono{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12.5px;overflow-wrap:anywhere}
section,form{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 16px;margin:12px 0}
form{display:flex;flex-wrap:wrap;gap:10px;align-items:end}label{display:flex;flex-direction:column;gap:2px;color:var(--soft);font-size:12.5px;min-width:0}.live label{display:inline}
input,select,button{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--soft);border-radius:6px;padding:5px 9px;max-width:100%}button{cursor:pointer}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:550;color:var(--soft);font-size:12.5px}th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}td.mono{min-width:8.5em}.n{text-align:right}.ran{color:var(--ran);white-space:nowrap}.never{color:var(--never);white-space:nowrap}
@media(max-width:480px){main{padding:12px}section,form{padding:10px}label{width:100%}}`

const pageScript = `"use strict";(function(){
var live=document.getElementById("live"),follow=document.getElementById("follow"),said=document.getElementById("said");
live.hidden=false;
function tables(d){return d.querySelectorAll("#state section")}
function text(d){return Array.prototype.map.call(tables(d),function(s){return s.textContent}).join()}
function refresh(){
if(!follow.checked||document.hidden)return;
fetch(location.href,{headers:{Accept:"text/html"},credentials:"same-origin"}).then(function(r){
if(!r.ok)throw new Error(r.status+" "+r.statusText);
return r.text()}).then(function(t){
var next=new DOMParser().parseFromString(t,"text/html"),now=tables(document),news=tables(next);
if(text(next)!==text(document)){for(var i=0;i<now.length&&i<news.length;i++){var a=now[i].querySelector("tbody"),b=news[i].querySelector("tbody");if(a&&b)a.replaceWith(document.importNode(b,true));var p=now[i].querySelector("p"),q=news[i].querySelector("p");if(p&&q)p.textContent=q.textContent}
said.textContent="updated at "+new Date().toLocaleTimeString()}
else if(said.textContent.indexOf("not")===0)said.textContent=""
}).catch(function(e){said.textContent="not refreshed: "+e.message})}
setInterval(refresh,5000);
})();`
