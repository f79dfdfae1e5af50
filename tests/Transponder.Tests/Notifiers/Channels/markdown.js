// Renders the texts on standard input, a JSON array, and says which tags came of each and which text is seen.
const markdown = require('markdown-it')({ html: true, linkify: true });

let input = '';
process.stdin.on('data', (chunk) => (input += chunk));
process.stdin.on('end', () => {
  const shown = JSON.parse(input).map((text) => {
    const seen = { tags: [], text: '' };
    const walk = (tokens) => {
      for (const token of tokens) {
        if (token.children) walk(token.children);
        else if (token.type === 'text') seen.text += token.content;
        else if (token.type === 'softbreak' || token.type === 'paragraph_close') seen.text += '\n';
        else if (token.type !== 'paragraph_open') seen.tags.push(token.type);
      }
    };
    walk(markdown.parse(text, {}));
    return seen;
  });
  console.log(JSON.stringify(shown));
});
