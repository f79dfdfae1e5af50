// Reads the cards on standard input, a JSON array, with Microsoft's own library as of Adaptive Cards 1.5, and lists what is wrong with each.
const assert = require('node:assert');
const cards = require('adaptivecards');

// Names of enumerations are read in any case; names of properties are not.
const lowered = (value) =>
  Array.isArray(value)
    ? value.map(lowered)
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, lowered(item)]))
      : typeof value === 'string'
        ? value.toLowerCase()
        : value;

let input = '';
process.stdin.on('data', (chunk) => (input += chunk));
process.stdin.on('end', () => {
  const problems = JSON.parse(input).map((source) => {
    const context = new cards.SerializationContext(cards.Versions.v1_5);
    const card = new cards.AdaptiveCard();
    card.parse(source, context);
    const found = Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i).message);
    found.push(...card.validateProperties().validationEvents.map((event) => event.message));
    try {
      // What the library does not know is missing from what it writes.
      assert.deepStrictEqual(lowered(card.toJSON(cards.Versions.v1_5)), lowered(source));
    } catch (difference) {
      found.push(difference.message);
    }
    return found;
  });
  console.log(JSON.stringify(problems));
});
