// Small pages to look at: a repository, an issue, a pull request. No scripts; every text is escaped by `hono/html`.
import { Hono } from 'hono';
import type { Context } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Core } from './core.js';
import type { PracticeEnv } from './face.js';
import { isPull } from './ops-pulls.js';
import { shownText } from './page-text.js';
import { accountById, commentsOf, findIssue, labelsOf, lookUpRepo, pathOf } from './state.js';
import type { Issue, Pull, Repo } from './types.js';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Private repositories have no page: nobody can sign in here. */
export function createPages(core: Core): Hono<PracticeEnv> {
  const app = new Hono<PracticeEnv>();
  app.get('/', (c) => c.html(page('Practice forge', repoList(core))));
  app.get('/:owner/:name', (c) => withRepo(core, c, (repo) => repoPage(core, repo)));
  app.get('/:owner/:name/:kind{issues|pulls}/:number{[0-9]+}', (c) =>
    withRepo(core, c, (repo) => {
      const issue = findIssue(core.state, repo, Number(c.req.param('number')));
      return issue && subjectPage(core, repo, issue);
    }),
  );
  return app;
}

async function withRepo(
  core: Core,
  c: Context<PracticeEnv>,
  show: (repo: Repo) => Html | undefined | Promise<Html | undefined>,
): Promise<Response> {
  const { owner = '', name = '' } = c.req.param() as Record<string, string>;
  const found = lookUpRepo(core.state, `${owner}/${name}`);
  if (found.kind === 'none' || found.repo.private) return c.text('Not found', 404);
  if (found.kind === 'moved') return c.redirect(`/${pathOf(core.state, found.repo)}`, 302);
  const shown = await show(found.repo);
  if (shown === undefined) return c.text('Not found', 404);
  c.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
  return c.html(shown);
}

function repoList(core: Core): Html {
  const repos = [...core.state.repos.values()]
    .filter((repo) => !repo.private)
    .map((repo) => pathOf(core.state, repo));
  return html`<ul>
    ${repos.map((path) => html`<li><a href="/${path}">${path}</a></li>`)}
  </ul>`;
}

function repoPage(core: Core, repo: Repo): Html {
  const path = pathOf(core.state, repo);
  const issues = core.state.issues.filter((issue) => issue.repoId === repo.id).reverse();
  return page(
    path,
    html`<h2>Issues and pull requests</h2>
      <ul>
        ${issues.map((issue) => html`<li>${stateOf(issue)} <a href="/${path}/${place(issue)}">#${issue.number} ${issue.title}</a></li>`)}
      </ul>
      <h2>Branches</h2>
      <ul>
        ${[...repo.branches].map(([name, sha]) => html`<li><code>${name}</code> ${sha.slice(0, 10)}</li>`)}
      </ul>`,
  );
}

async function subjectPage(core: Core, repo: Repo, issue: Issue): Promise<Html> {
  const path = pathOf(core.state, repo);
  const labels = labelsOf(core.state, issue).map((label) => label.name);
  const comments = commentsOf(core.state, issue);
  return page(
    `${issue.title} (#${issue.number})`,
    html`<p><a href="/${path}">${path}</a> · ${stateOf(issue)} · ${labels.join(', ')}</p>
      ${isPull(issue) ? html`<p><code>${issue.pull.headBranch}</code> into <code>${issue.pull.baseBranch}</code></p>` : ''}
      ${entry(loginOf(core, issue.authorId), issue.createdAt, issue.body)}
      ${comments.map((comment) => entry(loginOf(core, comment.authorId), comment.updatedAt, comment.body, comment.id))}
      ${
        isPull(issue)
          ? html`<h2>Changes</h2>
              <pre>${await diffOf(core, repo, issue)}</pre>`
          : ''
      }`,
  );
}

const MOST_DIFF_CHARS = 200_000;

async function diffOf(core: Core, repo: Repo, { pull }: Issue & { pull: Pull }): Promise<string> {
  const { mergeBase, baseSha, headSha } = pull.facts;
  const diff = await core.git.git(repo.dir, ['diff', '--no-color', mergeBase || baseSha, headSha]);
  return diff.slice(0, MOST_DIFF_CHARS);
}

function entry(who: string, at: string, body: string, id?: number): Html {
  return html`<article id="issuecomment-${id ?? 0}">
    <b>${who}</b> <small>${at}</small>
    ${shownText(body)}
  </article>`;
}

function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            max-width: 50rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          article {
            border: 1px solid #ccc;
            border-radius: 6px;
            margin: 1rem 0;
            padding: 0.5rem 1rem;
          }
          pre {
            white-space: pre-wrap;
            overflow-wrap: anywhere;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}

function stateOf(issue: Issue): string {
  return issue.pull?.merged === undefined ? issue.state : 'merged';
}

function place(issue: Issue): string {
  return `${issue.pull === undefined ? 'issues' : 'pulls'}/${issue.number}`;
}

function loginOf(core: Core, id: number): string {
  return accountById(core.state, id).login;
}
