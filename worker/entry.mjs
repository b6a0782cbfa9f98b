// The worker's entry. A Go program starts anew for each request and costs milliseconds of processor time, so paths that it does
// not serve are answered here, with the bytes that it would have sent (the tests compare the two).
import go from "./worker.mjs";

// The paths of edge.Paths; what lies below them is theirs too.
const served = ["/api/catalog", "/api/health", "/api/log", "/api/receipts", "/api/takedowns"];

const notFound = JSON.stringify({
  error: { code: "not_found", message: "There is nothing at this path." },
});
const headers = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Content-Type": "application/json",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (!served.some((path) => pathname === path || pathname.startsWith(path + "/"))) {
      return new Response(notFound, { status: 404, headers });
    }
    return go.fetch(request, env, ctx);
  },
};
