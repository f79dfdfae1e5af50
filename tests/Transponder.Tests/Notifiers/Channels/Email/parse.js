// Parses the mails named on the command line with mailparser and prints what it found as one JSON array.
const fs = require('fs');
const { simpleParser } = require('mailparser');

(async () => {
  const found = [];
  for (const file of process.argv.slice(2)) {
    const mail = await simpleParser(fs.readFileSync(file), { skipTextToHtml: true, skipHtmlToText: true, skipTextLinks: true });
    const people = field => (mail[field] ? mail[field].value.map(v => ({ name: v.name, address: v.address })) : []);
    found.push({
      headers: mail.headerLines.map(line => line.key),
      subject: mail.subject,
      from: people('from'),
      to: people('to'),
      bcc: people('bcc'),
      date: mail.date,
      messageId: mail.messageId,
      inReplyTo: mail.inReplyTo,
      references: [].concat(mail.references || []),
      autoSubmitted: mail.headers.get('auto-submitted'),
      text: mail.text,
      html: mail.html || null,
      attachments: mail.attachments.length,
    });
  }
  process.stdout.write(JSON.stringify(found));
})();
