using System.Net.Http.Headers;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Transponder.Cloud.Aws;

/// <summary>One call of the query protocol: a form with an action's fields, answered in XML.</summary>
public sealed class AwsQuery
{
    private readonly StringBuilder form = new();

    /// <summary>Begins a call.</summary>
    /// <param name="action">What to do: <c>Publish</c>.</param>
    /// <param name="version">The protocol's version, a date.</param>
    public AwsQuery(string action, string version) => Add("Action", action).Add("Version", version);

    /// <summary>Adds a field.</summary>
    /// <param name="name">The field's name; letters, digits and dots.</param>
    /// <param name="value">Its value.</param>
    public AwsQuery Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (form.Length > 0)
            form.Append('&');
        form.Append(name).Append('=').Append(Uri.EscapeDataString(value).Replace("%20", "+", StringComparison.Ordinal));
        return this;
    }

    /// <summary>The call as a request that nobody signed.</summary>
    /// <param name="endpoint">Where the service is.</param>
    public HttpRequestMessage ToRequest(Uri endpoint) => ToRequest(endpoint, Body());

    /// <summary>The call as a signed request.</summary>
    /// <param name="endpoint">Where the service is.</param>
    /// <param name="scope">What the signature is for.</param>
    /// <param name="credentials">Who calls.</param>
    /// <param name="now">The time.</param>
    public HttpRequestMessage ToRequest(Uri endpoint, AwsScope scope, AwsCredentials credentials, DateTimeOffset now)
    {
        var body = Body();
        var request = ToRequest(endpoint, body);
        AwsRequestSigner.Sign(request, body, scope, credentials, now);
        return request;
    }

    /// <summary>Reads an answer's body; null when it is not XML.</summary>
    /// <param name="body">The body.</param>
    public static XElement? Parse(string body)
    {
        try
        {
            using var text = new StringReader(body);
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The text of the first element of that name, at any depth and in any namespace; empty when there is none.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="name">The element's name.</param>
    public static string Text(XElement? answer, string name) =>
        answer?.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == name)?.Value.Trim() ?? "";

    private byte[] Body() => Encoding.UTF8.GetBytes(form.ToString());

    private static HttpRequestMessage ToRequest(Uri endpoint, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") { CharSet = "utf-8" };
        return new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = content };
    }
}
