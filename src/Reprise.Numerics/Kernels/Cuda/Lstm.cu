// The cell of one step; the recurrent product is cuBLASLt's. The simple version, and the reference for Recurrence.cu.

struct LstmCellArguments
{
    float *h_BH, *c_BH, *gates_B4H;
    const float* cBefore_BH; // null for zero
    int rows, H, hStride, cStride, gatesStride, cBeforeStride;
};

// gates: in pre-activations, out activated.
DEVICE float lstm_cell(float (&gates)[4], float cBefore, float& c)
{
    gates[0] = sigmoid(gates[0]);
    gates[1] = sigmoid(gates[1]);
    gates[2] = tangent(gates[2]);
    gates[3] = sigmoid(gates[3]);
    c = gates[1] * cBefore + gates[0] * gates[2];
    return gates[3] * tangent(c);
}

KERNEL(lstm_cell_forward, LstmCellArguments)
{
    const int i = block() * threads() + thread();
    if (i >= a.rows * a.H)
        return;
    const long long row = i / a.H, unit = i % a.H;
    float* gates_4H = a.gates_B4H + row * a.gatesStride + unit;
    float gates[4] = {gates_4H[0], gates_4H[a.H], gates_4H[2 * a.H], gates_4H[3 * a.H]}, c;
    a.h_BH[row * a.hStride + unit] = lstm_cell(gates, a.cBefore_BH ? a.cBefore_BH[row * a.cBeforeStride + unit] : 0, c);
    a.c_BH[row * a.cStride + unit] = c;
    for (int g = 0; g < 4; g++)
        gates_4H[g * a.H] = gates[g];
}

struct LstmCellBackwardArguments
{
    float *dGates_B4H, *dc_BH; // dc: in, that of the step after times its forget gate; out, the same for the step before
    const float *dh_BH, *gates_B4H, *c_BH, *cBefore_BH;
    int rows, known, H; // rows from `known` on end here: they have no step after
    int dGatesStride, dhStride, gatesStride, cStride, cBeforeStride;
};

// gates: in activated, out the gradients of the pre-activations. Returns dc of the step before.
DEVICE float lstm_cell_backward(float (&gates)[4], float c, float cBefore, float dh, float dcAfter)
{
    const float i = gates[0], f = gates[1], g = gates[2], o = gates[3], tanhC = tangent(c);
    const float dc = dcAfter + dh * o * (1 - tanhC * tanhC);
    gates[0] = dc * g * i * (1 - i);
    gates[1] = dc * cBefore * f * (1 - f);
    gates[2] = dc * i * (1 - g * g);
    gates[3] = dh * tanhC * o * (1 - o);
    return dc * f;
}

KERNEL(lstm_cell_backward_step, LstmCellBackwardArguments)
{
    const int i = block() * threads() + thread();
    if (i >= a.rows * a.H)
        return;
    const long long row = i / a.H, unit = i % a.H;
    const float* gates_4H = a.gates_B4H + row * a.gatesStride + unit;
    float gates[4] = {gates_4H[0], gates_4H[a.H], gates_4H[2 * a.H], gates_4H[3 * a.H]};
    const float cBefore = a.cBefore_BH ? a.cBefore_BH[row * a.cBeforeStride + unit] : 0;
    float* dc = a.dc_BH + row * a.H + unit;
    *dc = lstm_cell_backward(gates, a.c_BH[row * a.cStride + unit], cBefore, a.dh_BH[row * a.dhStride + unit], row < a.known ? *dc : 0);
    float* dGates_4H = a.dGates_B4H + row * a.dGatesStride + unit;
    for (int g = 0; g < 4; g++)
        dGates_4H[g * a.H] = gates[g];
}
