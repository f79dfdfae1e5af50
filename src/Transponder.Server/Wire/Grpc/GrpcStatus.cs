using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Primitives;
using Transponder.Protocol;

namespace Transponder.Server.Wire.Grpc;

/// <summary>
/// A call's end as header fields. Message and details together stay within <see cref="Budget"/> encoded bytes: the message is cut, details never,
/// because grpcio turns a larger trailer into RESOURCE_EXHAUSTED.
/// </summary>
internal static class GrpcStatus
{
    public const int Budget = 7 * 1024;
    private const string CutMark = " [cut]";
    private const string TypeUrlPrefix = "type.googleapis.com";

    private static readonly StringValues[] Codes =
    [
        .. Enumerable.Range(0, 17).Select(code => new StringValues(code.ToString(CultureInfo.InvariantCulture))),
    ];

    public static void WriteOk(IHeaderDictionary destination) => destination["grpc-status"] = Codes[0];

    public static void Write(IHeaderDictionary destination, RpcException failure)
    {
        destination["grpc-status"] = Codes[(int)failure.Code];
        if (failure.Details.Count == 0)
        {
            destination["grpc-message"] = PercentEncoding.Encode(Cut(failure.Message, Budget, inDetailsToo: false));
            return;
        }

        var status = ToProto(failure);
        status.Message = "";
        var left = Budget - Base64Length(status.CalculateSize() + 8);
        status.Message = Cut(failure.Message, left, inDetailsToo: true);
        destination["grpc-message"] = PercentEncoding.Encode(status.Message);
        destination["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }

    public static Google.Rpc.Status ToProto(RpcException failure)
    {
        var status = new Google.Rpc.Status { Code = (int)failure.Code, Message = failure.Message };
        foreach (var detail in failure.Details)
        {
            status.Details.Add(detail as Any ?? Any.Pack(detail, TypeUrlPrefix));
        }

        return status;
    }

    private static string Cut(string message, int budget, bool inDetailsToo)
    {
        if (Cost(message, inDetailsToo, int.MaxValue, out _) <= budget)
        {
            return message;
        }

        Cost(message, inDetailsToo, budget - Cost(CutMark, inDetailsToo, int.MaxValue, out _), out var kept);
        return kept == 0 ? "" : string.Concat(message.AsSpan(0, kept), CutMark);
    }

    /// <summary>What the longest prefix that stays within <paramref name="limit"/> costs on the wire, and how many characters it has.</summary>
    private static int Cost(string text, bool inDetailsToo, int limit, out int characters)
    {
        int inMessage = 0,
            inDetails = 0,
            total = 0;
        characters = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            inMessage += PercentEncoding.EncodedLength(rune);
            inDetails += rune.Utf8SequenceLength;
            var next = inMessage + (inDetailsToo ? Base64Length(inDetails) : 0);
            if (next > limit)
            {
                break;
            }

            total = next;
            characters += rune.Utf16SequenceLength;
        }

        return total;
    }

    private static int Base64Length(int bytes) => (bytes + 2) / 3 * 4;
}
