/**
 * Before TensorFlow is loaded: its kernels by oneDNN round as the processor likes, and on some a relu of a deep network in training
 * falls on the other side of a tie, which moves all gradients below it.
 */
process.env.TF_ENABLE_ONEDNN_OPTS = "0";
